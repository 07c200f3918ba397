// What has changed on the server, as it says so itself. The stream names only kinds of things; who shows such a thing asks again.
import { useEffect, useState } from "preact/hooks";
import type { Sending } from "../api/types";

export type Kind = "situation" | "servers" | "cases" | "notices" | "sending";
const KINDS: readonly Kind[] = ["situation", "servers", "cases", "notices", "sending"];
export type Connection = "live" | "connecting";

type Listener = () => void;
const listeners = new Set<Listener>();
const versions: Record<Kind, number> = { situation: 0, servers: 0, cases: 0, notices: 0, sending: 0 };
let connection: Connection = "connecting";
let sending: Sending | undefined;
let stream: EventSource | undefined;
let pending: ReturnType<typeof setTimeout> | undefined;

// A burst of changes becomes one question a second.
function announce(soon = 1000): void {
  pending ??= setTimeout(() => {
    pending = undefined;
    for (const listener of listeners) listener();
  }, soon);
}

function setConnection(now: Connection): void {
  if (connection === now) return;
  connection = now;
  announce(0);
}

function changed(kind: Kind, event: MessageEvent<string>): void {
  versions[kind] += 1;
  if (kind === "sending") {
    try {
      sending = (JSON.parse(event.data) as { sending?: Sending }).sending;
    } catch {
      sending = undefined;
    }
  }
  announce();
}

export function startLive(): void {
  if (stream) return;
  let broken = false;
  stream = new EventSource("/api/v1/events");
  stream.onopen = () => {
    // What happened during a break is unknown: everything shown is asked for again.
    if (broken) for (const kind of KINDS) versions[kind] += 1;
    broken = false;
    setConnection("live");
    announce();
  };
  stream.onerror = () => {
    broken = true;
    setConnection("connecting");
  };
  for (const kind of KINDS) stream.addEventListener(kind, (event) => changed(kind, event as MessageEvent<string>));
}

export function stopLive(): void {
  stream?.close();
  stream = undefined;
  connection = "connecting";
}

function useAnnounced<Value>(read: () => Value): Value {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const listener = () => setValue(read());
    listeners.add(listener);
    listener();
    return () => void listeners.delete(listener);
  }, []);
  return value;
}

// Grows whenever one of these kinds has changed.
export function useVersion(kinds: readonly Kind[]): number {
  return useAnnounced(() => kinds.reduce((sum, kind) => sum + versions[kind], 0));
}
export const useConnection = (): Connection => useAnnounced(() => connection);
export const useSending = (): Sending | undefined => useAnnounced(() => sending);
