import { Reflector } from '@nestjs/core';

/** Lets everybody to a handler, without a credential: visible where it is done, and nowhere by default. */
export const Public = Reflector.createDecorator<boolean | undefined>();

const reflector = new Reflector();

export const isPublicHandler = (handler: Parameters<Reflector['get']>[1]): boolean =>
  reflector.get(Public, handler) ?? false;
