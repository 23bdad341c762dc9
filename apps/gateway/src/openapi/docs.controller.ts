import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeHtml } from '../http/answers.js';
import { OpenToAll } from '../http/open-to-all.js';
import { PublicAddress } from '../http/public-address.js';
import { docsPage } from './docs-page.js';

/** Swagger UI's stylesheet brings some along. */
const pictures = "'self' data:";

/** What can be asked here, for people, who may try it out with credentials of theirs. */
@Controller('api/docs')
export class DocsController {
  constructor(private readonly publicAddress: PublicAddress) {}

  @Get()
  @OpenToAll(true)
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeHtml(reply, docsPage(this.publicAddress.baseFor(request.raw)), pictures);
  }
}
