import { Controller, Get, Headers, Res } from '@nestjs/common';
import { eventTypes } from '@refundry/contracts';
import { mediaTypes } from '@refundry/resource';
import type { FastifyReply } from 'fastify';
import { assetOf } from '../browsable-api/assets.js';
import { writeAsset } from '../http/answers.js';
import { Public } from '../http/public.js';
import { asyncApiDocument } from './asyncapi-document.js';

/** The description of the events on NATS, for programs. It holds nothing that is anybody's. */
@Controller('api/asyncapi.json')
export class AsyncApiController {
  private readonly document = assetOf(mediaTypes.json, Buffer.from(JSON.stringify(asyncApiDocument(eventTypes))));

  @Get()
  @Public(true)
  describe(@Headers('if-none-match') known: string | undefined, @Res() reply: FastifyReply): void {
    writeAsset(reply, this.document, { isKnown: known === this.document.etag, isLasting: false });
  }
}
