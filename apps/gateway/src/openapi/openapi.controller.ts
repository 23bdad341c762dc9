import { Controller, Get, Headers, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeAsset } from '../http/answers.js';
import { Public } from '../http/public.js';
import { PublicAddress } from '../addresses/public-address.js';
import { ApiDescription } from './api-description.js';

/** The description of the API, for programs. It holds nothing that is anybody's. */
@Controller('api/openapi.json')
export class OpenApiController {
  constructor(
    private readonly description: ApiDescription,
    private readonly publicAddress: PublicAddress,
  ) {}

  @Get()
  @Public(true)
  describe(
    @Headers('if-none-match') known: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const description = this.description.at(this.publicAddress.baseFor(request.raw));
    writeAsset(reply, description, { isKnown: known === description.etag, isLasting: false });
  }
}
