import { Controller } from '@nestjs/common';
import { publishErrors, reservationErrors, type PublishedErrors } from '@refundry/contracts';
import { Handles } from '@refundry/messaging';

const errors = Object.entries(reservationErrors).map(([code, texts]) => ({ code: Number(code), ...texts }));

@Controller()
export class PublishedErrorsController {
  @Handles(publishErrors)
  publish(): PublishedErrors {
    return { errors };
  }
}
