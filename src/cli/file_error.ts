/** A system's error about a file, in words for the terminal. */

const WORDS: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `no such file: ${path}`,
  ENOTDIR: (path) => `no such file: ${path}`,
  EISDIR: (path) => `${path} is a folder`,
  EACCES: (path) => `${path} is not readable for this user`,
  EPERM: (path) => `${path} is not readable for this user`,
};

/** The same error with such words; the system's is its `cause`. */
export function fileError(cause: unknown, path: string): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  const words = WORDS[code ?? ""];
  return Object.assign(new Error(words ? words(path) : message, { cause }), { code });
}
