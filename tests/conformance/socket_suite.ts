/**
 * The socket port's conformance suite: what every adapter must do, registered as tests.
 *
 * @module
 */

import type { Network } from "../../src/runtime/types.ts";
import { closingTests } from "./socket_closing.ts";
import { connectingTests } from "./socket_connecting.ts";
import { deliveryTests } from "./socket_delivery.ts";
import { handlerTests } from "./socket_handlers.ts";
import { listeningTests } from "./socket_listening.ts";
import { pressureTests } from "./socket_pressure.ts";
import { tlsTests } from "./socket_tls.ts";

/** Registers the tests for a network. */
export function socketSuite(network: Network): void {
  deliveryTests(network);
  closingTests(network);
  pressureTests(network);
  handlerTests(network);
  connectingTests(network);
  listeningTests(network);
  tlsTests(network);
}
