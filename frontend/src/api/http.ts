// One way to ask the server: JSON in, JSON out, and each failure as a `RequestError` that says what to do.
import type { Problem } from "./types";

export class RequestError extends Error {
  readonly status: number;
  readonly type: string;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.status = problem.status;
    this.type = problem.type;
  }
}

// What goes with each request: the session's CSRF token for the console, the case's token for a victim.
const credentials: { csrf?: string; token?: string } = {};
export function useCsrf(csrf: string): void {
  credentials.csrf = csrf;
}
export function useToken(token: string): void {
  credentials.token = token;
}

export function requestHeaders(more: Record<string, string> = {}): Record<string, string> {
  const headers: Record<string, string> = { ...more };
  if (credentials.csrf) headers["X-CSRF-Token"] = credentials.csrf;
  if (credentials.token) headers["Authorization"] = `Bearer ${credentials.token}`;
  return headers;
}

export async function problemOf(response: Response): Promise<RequestError> {
  const fallback: Problem = { type: "about:blank", title: `The server answered ${response.status}.`, status: response.status };
  try {
    const said = (await response.json()) as Partial<Problem>;
    return new RequestError({ ...fallback, ...said, status: response.status });
  } catch {
    return new RequestError(fallback);
  }
}

async function send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers = requestHeaders(body === undefined ? {} : { "Content-Type": "application/json" });
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestError({ type: "/problems/unreachable", title: "Unreachable", status: 0, detail: "The server can't be reached. It is asked again when the connection is back." });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function ask<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return (await (await send("GET", path, undefined, signal)).json()) as Answer;
}

export async function tell<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await send("POST", path, body);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

export async function remove(path: string): Promise<void> {
  await send("DELETE", path);
}

// Saves an answer as a file: for what needs a header and so can't be a link.
export async function download(path: string, name: string): Promise<void> {
  const blob = await (await send("GET", path)).blob();
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
