// Sends a file in pieces and goes on where it stopped: the server says how many bytes are safely stored, and only that counts.
// A broken connection is tried again, after ever longer pauses, until somebody pauses it.
import { problemOf, RequestError, requestHeaders, tell } from "../api/http";
import type { Upload } from "../api/types";

export const PIECE_BYTES = 4 * 1024 * 1024; // the server takes at most 8 MiB at once
const LONGEST_PAUSE = 30_000;

export interface Progress {
  stored: number;
  bytes: number;
  perSecond: number | undefined;
  broken: boolean; // waiting to try again
}

const pauseAfter = (failures: number): number => Math.min(LONGEST_PAUSE, 500 * 2 ** failures);
const wait = (time: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, time);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

function offsetOf(response: Response): number | undefined {
  const offset = Number(response.headers.get("Upload-Offset") ?? NaN);
  return Number.isInteger(offset) && offset >= 0 ? offset : undefined;
}

// The new offset. 409 says where the server stands, which is as good as success.
async function sendPiece(id: string, file: File, offset: number, signal: AbortSignal): Promise<number> {
  const response = await fetch(`/api/v1/victim/uploads/${encodeURIComponent(id)}`, {
    method: "PATCH",
    headers: requestHeaders({ "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) }),
    body: file.slice(offset, offset + PIECE_BYTES),
    signal,
  });
  const stored = offsetOf(response);
  if ((response.ok || response.status === 409) && stored !== undefined) return stored;
  throw await problemOf(response);
}

// What stays wrong however often it is tried.
const isFinal = (error: unknown): boolean => error instanceof RequestError && error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;

export async function sendFile(file: File, begun: Upload, signal: AbortSignal, tell_progress: (progress: Progress) => void): Promise<void> {
  let offset = begun.offset;
  let failures = 0;
  const started = Date.now();
  const from = offset;
  while (offset < file.size) {
    try {
      offset = await sendPiece(begun.id, file, offset, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted || isFinal(error)) throw error;
      tell_progress({ stored: offset, bytes: file.size, perSecond: undefined, broken: true });
      await wait(pauseAfter(failures), signal);
      failures += 1;
      continue;
    }
    const seconds = (Date.now() - started) / 1000;
    tell_progress({ stored: offset, bytes: file.size, perSecond: seconds > 1 ? (offset - from) / seconds : undefined, broken: false });
  }
}

export const beginUpload = (file: File): Promise<Upload> => tell<Upload>("/victim/uploads", { name: file.name.slice(-255), bytes: file.size });
