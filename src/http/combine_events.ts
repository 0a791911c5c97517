/** Several watchers of one server as one. @module */

import { textOf, type WriteLine } from "./error_lines.ts";
import type { ServerEvents } from "./events.ts";

/** Every event there is; the type makes the list complete. */
const NAMES: Readonly<Record<keyof ServerEvents, true>> = {
  connectionOpened: true,
  connectionClosed: true,
  connectionRejected: true,
  requestStarted: true,
  requestFinished: true,
  parseFault: true,
  timedOut: true,
  overloaded: true,
  handlerFailed: true,
  listenerFault: true,
  drainStarted: true,
  drainFinished: true,
};

type Hook = (...args: unknown[]) => void;

/** Calls every watcher in turn; what none of them hears is not there. */
export function combineEvents(watchers: readonly ServerEvents[]): ServerEvents {
  const combined: Record<string, Hook> = {};
  for (const name of Object.keys(NAMES) as (keyof ServerEvents)[]) {
    const hooks = watchers.flatMap((watcher) => {
      const hook = watcher[name] as Hook | undefined;
      return hook ? [hook.bind(watcher)] : [];
    });
    if (hooks.length === 0) continue;
    const [first, ...rest] = hooks as [Hook, ...Hook[]];
    combined[name] = rest.length === 0 ? first : (...args) => {
      first(...args);
      for (const hook of rest) hook(...args);
    };
  }
  return combined as ServerEvents;
}

/** The same hooks, of somebody else's making: what one throws is told, and changes nothing for the request. */
export function guardEvents(events: ServerEvents, write: WriteLine): ServerEvents {
  const guarded: Record<string, Hook> = {};
  for (const name of Object.keys(NAMES) as (keyof ServerEvents)[]) {
    const hook = events[name] as Hook | undefined;
    if (hook === undefined) continue;
    guarded[name] = (...args) => {
      try {
        hook.apply(events, args);
      } catch (error) {
        write(`The hook ${name} failed: ${textOf(error)}`);
      }
    };
  }
  return guarded as ServerEvents;
}
