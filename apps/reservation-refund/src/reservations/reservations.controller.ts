import { Controller } from '@nestjs/common';
import {
  listReservations,
  readBookStatus,
  readReservation,
  saveReservation,
  type BookQuestion,
  type BookStatus,
  type DetailedReservation,
  type Reservation,
} from '@refundry/contracts';
import { Handles } from '@refundry/messaging';
import type { ActionRequest, DetailRequest, JsonText, ListRequest, Page } from '@refundry/resource';
import { orUnknown } from '../unknown-row.js';
import { ReservationsReader } from './reservations.reader.js';
import { ReservationsService } from './reservations.service.js';

@Controller()
export class ReservationsController {
  constructor(
    private readonly reservations: ReservationsService,
    private readonly reader: ReservationsReader,
  ) {}

  @Handles(listReservations)
  list(request: ListRequest): Promise<Page<Reservation>> {
    return this.reader.page(request);
  }

  @Handles(readReservation)
  detail(request: DetailRequest): Promise<JsonText<Reservation>> {
    return this.reader.row(request).catch(orUnknown('unknown_reservation'));
  }

  @Handles(saveReservation)
  async save(request: ActionRequest<DetailedReservation>): Promise<JsonText<Reservation>> {
    await this.reservations.save(request);
    return this.reader.row(request);
  }

  @Handles(readBookStatus)
  bookStatus({ caller, input }: ActionRequest<BookQuestion>): Promise<BookStatus> {
    return this.reader.bookStatus(caller.account, input);
  }
}
