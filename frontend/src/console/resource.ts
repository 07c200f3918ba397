// An answer of the server that stays current: asked again when its address changes or something of its kinds did. The old
// answer stays in view until the new one is here.
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, RequestError } from "../api/http";
import { type Kind, useVersion } from "./live";
import { sessionEnded } from "./session";

export interface Resource<Answer> {
  answer: Answer | undefined;
  problem: RequestError | undefined;
  again: () => void;
}

export function failed(error: unknown): RequestError {
  if (error instanceof RequestError) {
    if (error.status === 401) sessionEnded();
    return error;
  }
  return new RequestError({ type: "about:blank", title: String(error), status: 0 });
}

export function useResource<Answer>(path: string, kinds: readonly Kind[] = []): Resource<Answer> {
  const [state, setState] = useState<{ path: string; answer?: Answer; problem?: RequestError }>({ path });
  const [turn, setTurn] = useState(0);
  const version = useVersion(kinds);
  const asked = useRef(path);
  asked.current = path;
  useEffect(() => {
    const abort = new AbortController();
    ask<Answer>(path, abort.signal)
      .then((answer) => setState({ path, answer }))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = failed(error);
        setState((old) => (old.path === path && old.answer ? { path, answer: old.answer, problem } : { path, problem }));
      });
    return () => abort.abort();
  }, [path, version, turn]);
  const current = state.path === path;
  return { answer: current ? state.answer : undefined, problem: current ? state.problem : undefined, again: () => setTurn(turn + 1) };
}
