import { Inject, Injectable } from '@nestjs/common';
import { eventTypes } from '@refundry/contracts';
import { mediaTypes } from '@refundry/resource';
import { LRUCache } from 'lru-cache';
import { mountsToken, type Mount } from '../mounts/mount.js';
import { assetOf, type Asset } from '../browsable-api/assets.js';
import { openApiDocument } from './openapi-document.js';

/** Behind trusted proxies we have as many addresses as they say. */
const remembered = 4;
/** Stands in the description for our address until that is known. */
const anyAddress = 'https://any-address.invalid';

/**
 * The description of the API as it is served: made when it is first asked for, with the address by which the caller
 * knows us.
 */
@Injectable()
export class ApiDescription {
  private readonly made = new LRUCache<string, Asset>({ max: remembered });
  private text: string | undefined;

  constructor(@Inject(mountsToken) private readonly mounts: readonly Mount[]) {}

  /** @param publicBase our public address, without a slash at its end */
  at(publicBase: string): Asset {
    this.text ??= JSON.stringify(openApiDocument(this.mounts, eventTypes, anyAddress));
    const made =
      this.made.get(publicBase) ?? assetOf(mediaTypes.json, Buffer.from(this.text.replaceAll(anyAddress, publicBase)));
    this.made.set(publicBase, made);
    return made;
  }
}
