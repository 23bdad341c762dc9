import { Controller, Get, Inject, Res } from '@nestjs/common';
import { liveness, readinessAnswer, type HealthAnswer, type Readiness } from '@refundry/service';
import type { FastifyReply } from 'fastify';
import { writeJson } from './answers.js';
import { Public } from './public.js';

/** Nest's token for what the gateway needs to do its work. */
export const readinessToken = Symbol('Readiness');

/** For the load balancer in front: whether to send requests here. */
@Controller('health')
export class HealthController {
  constructor(@Inject(readinessToken) private readonly readiness: Readiness) {}

  @Get('live')
  @Public(true)
  live(@Res() reply: FastifyReply): void {
    answer(reply, liveness);
  }

  @Get('ready')
  @Public(true)
  ready(@Res() reply: FastifyReply): void {
    answer(reply, readinessAnswer(this.readiness));
  }
}

const answer = (reply: FastifyReply, { status, body }: HealthAnswer): void => {
  writeJson(reply, status, Buffer.from(body), { 'cache-control': 'no-store' });
};
