import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeHtml } from '../http/answers.js';
import { Public } from '../http/public.js';
import { PublicAddress } from '../addresses/public-address.js';
import { docsPage } from './docs-page.js';

/** Swagger UI's stylesheet brings some along. */
const pictures = "'self' data:";

/** The API's documentation as a page that can send requests with the reader's credentials. */
@Controller('api/docs')
export class DocsController {
  constructor(private readonly publicAddress: PublicAddress) {}

  @Get()
  @Public(true)
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    writeHtml(reply, docsPage(this.publicAddress.baseFor(request.raw)), pictures);
  }
}
