// Who is signed in, and what that person may do.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { ask, remove, RequestError, tell, useCsrf } from "../api/http";
import type { Role, Session } from "../api/types";

export const SessionContext = createContext<Session | undefined>(undefined);

const ROLES: readonly Role[] = ["viewer", "analyst", "operator", "admin"];

export function useMay(role: Role): boolean {
  const session = useContext(SessionContext);
  return session !== undefined && ROLES.indexOf(session.role) >= ROLES.indexOf(role);
}

let onEnd: () => void = () => {};
export function whenSessionEnds(listener: () => void): void {
  onEnd = listener;
}
export function sessionEnded(): void {
  onEnd();
}

// Undefined if nobody is signed in.
export async function currentSession(): Promise<Session | undefined> {
  try {
    const session = await ask<Session>("/session");
    useCsrf(session.csrf);
    return session;
  } catch (error) {
    if (error instanceof RequestError && error.status === 401) return undefined;
    throw error;
  }
}

export async function signIn(name: string, password: string): Promise<Session> {
  const session = await tell<Session>("/session", { name, password });
  useCsrf(session.csrf);
  return session;
}

export async function signOut(): Promise<void> {
  await remove("/session");
  sessionEnded();
}
