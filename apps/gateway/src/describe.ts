import 'reflect-metadata';
import { argv, stdout } from 'node:process';
import { eventTypes, mountedEndpoints } from '@refundry/contracts';
import { dialects } from './families/dialects.js';
import { mountsOf } from './mounts/mount.js';
import { openApiDocument } from './openapi/openapi-document.js';

/** Prints what `/api/openapi.json` answers, of a gateway at the address that is given, which need not run. */
const [, , publicBase = ''] = argv;
stdout.write(JSON.stringify(openApiDocument(mountsOf(mountedEndpoints, dialects), eventTypes, publicBase)));
