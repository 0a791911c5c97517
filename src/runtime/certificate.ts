import { assertKnownOptions } from "../base/options.ts";
import { SocketError } from "../base/socket_error.ts";
import { builtin } from "./builtin.ts";
import type { ServerTlsOptions } from "./types.ts";

/** The part of `node:crypto` that is used. */
interface NodeCrypto {
  X509Certificate: new (pem: string) => { checkPrivateKey(key: unknown): boolean };
  createPrivateKey(pem: string): unknown;
}

const TLS_KEYS: readonly (keyof ServerTlsOptions)[] = ["cert", "key", "alpnProtocols", "clientCa"];

/**
 * Refuses a certificate or key that cannot be read, or that do not belong together, before a
 * listener takes them: Deno would notice at the first handshake only.
 *
 * @throws {TypeError} For an unknown option: one that is misspelt must not leave clients unchecked.
 * @throws {SocketError} `tls`; the message has `what`, which failed, and nothing of the key.
 */
export function assertIdentity(tls: ServerTlsOptions, what: string): void {
  assertKnownOptions(tls, TLS_KEYS, "tls");
  const { X509Certificate, createPrivateKey } = builtin<NodeCrypto>("node:crypto");
  const certificate = read(() => new X509Certificate(tls.cert), `${what}: the certificate`);
  const key = read(() => createPrivateKey(tls.key), `${what}: the private key`);
  if (!certificate.checkPrivateKey(key)) {
    throw new SocketError("tls", `${what}: the private key is not the certificate's`);
  }
  if (tls.clientCa !== undefined) {
    const { clientCa } = tls;
    read(() => new X509Certificate(clientCa), `${what}: the authority of the clients`);
  }
}

function read<T>(parse: () => T, which: string): T {
  try {
    return parse();
  } catch (cause) {
    throw new SocketError("tls", `${which} cannot be read as PEM`, { cause });
  }
}
