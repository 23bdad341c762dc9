import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { Failure } from '@refundry/errors';
import type { FastifyReply } from 'fastify';
import { writeAsset } from './answers.js';
import { Public } from './public.js';
import { assetNamed, assetsVersion } from '../browsable-api/assets.js';

/** The stylesheets and the scripts of the pages, which show nothing of anybody's. */
@Controller('api/assets/:version/:name')
export class AssetsController {
  @Get()
  @Public(true)
  asset(
    @Param('version') version: string,
    @Param('name') name: string,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const asset = assetNamed(name);
    if (!asset) throw new Failure('not_found');
    // A replica of another version has asked for its own; ours must not be kept under that name.
    writeAsset(reply, asset, { isKnown: known === asset.etag, isLasting: version === assetsVersion });
  }
}
