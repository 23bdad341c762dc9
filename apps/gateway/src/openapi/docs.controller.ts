import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeHtml } from '../http/answers.js';
import { OpenToAll } from '../http/open-to-all.js';
import { PublicAddress } from '../http/public-address.js';
import { docsPage } from './docs-page.js';

/** As on our other pages, but for the pictures that Swagger UI's stylesheet brings along. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** What can be asked here, for people, who may try it out with credentials of theirs. */
@Controller('api/docs')
export class DocsController {
  constructor(private readonly publicAddress: PublicAddress) {}

  @Get()
  @OpenToAll(true)
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeHtml(reply, docsPage(this.publicAddress.baseFor(request.raw)), policy);
  }
}
