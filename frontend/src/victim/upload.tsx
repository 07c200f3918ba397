// Uploads of this case: one that runs, and those that are done or wait for the same file again.
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, download, remove } from "../api/http";
import type { Upload } from "../api/types";
import { bytes } from "../look/format";
import { fill, type Words } from "./texts/words";
import { beginUpload, type Progress, sendFile } from "./uploader";
import { VerdictCard } from "./verdict";

interface Running {
  upload: Upload;
  file: File;
  progress: Progress;
  abort: AbortController;
  paused: boolean;
}

function Chooser({ words, limit, choose }: { words: Words; limit: number; choose: (file: File) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) choose(file);
    if (field.current) field.current.value = "";
  };
  return (
    <div class={over ? "drop-zone over" : "drop-zone"} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer?.files); }}>
      <input ref={field} id="file" type="file" class="visually-hidden" onChange={(event) => take(event.currentTarget.files)} />
      <label for="file" class="button">{words.choose}</label> <span class="soft">{fill(words.drop, { limit: bytes(limit) })}</span>
    </div>
  );
}

function RunningUpload({ words, running, pause, resume, giveUp }: { words: Words; running: Running; pause: () => void; resume: () => void; giveUp: () => void }) {
  const { progress, file, paused } = running;
  const minutes = progress.perSecond ? Math.ceil((progress.bytes - progress.stored) / progress.perSecond / 60) : undefined;
  return (
    <div class="upload">
      <p><b>{file.name}</b></p>
      <progress max={progress.bytes} value={progress.stored} aria-label={file.name} />
      <p role="status">{fill(words.uploading, { sent: bytes(progress.stored), all: bytes(progress.bytes) })}{minutes !== undefined && ` · ${fill(words.left, { minutes })}`}{progress.broken && !paused && ` · ${words.interrupted}`}</p>
      <p class="buttons"><button onClick={paused ? resume : pause}>{paused ? words.resume : words.pause}</button> <button onClick={giveUp}>{words.giveUp}</button></p>
    </div>
  );
}

function Kept({ words, upload, giveUp }: { words: Words; upload: Upload; giveUp: () => void }) {
  const report = (format: string) => void download(`/victim/uploads/${encodeURIComponent(upload.id)}/report?format=${format}`, `report-${upload.id}.${format}`);
  return (
    <div class="upload">
      <p><b>{upload.name}</b> <span class="soft">{bytes(upload.bytes)}</span></p>
      {upload.state === "receiving" && <><p class="warning">{fill(words.uploading, { sent: bytes(upload.offset), all: bytes(upload.bytes) })}. {fill(words.chooseAgain, { name: upload.name })}</p><button onClick={giveUp}>{words.giveUp}</button></>}
      {upload.sha256 && <p class="soft">{fill(words.stored, { hash: upload.sha256 })}</p>}
      {upload.state === "queued" && <p role="status">{words.queued}</p>}
      {upload.state === "hunting" && <><p role="status">{words.hunting}</p>{typeof upload.progress === "number" ? <progress max={1} value={upload.progress} aria-label={words.hunting} /> : <progress aria-label={words.hunting} />}</>}
      {upload.state === "failed" && <p class="problem">{words.failed} {upload.problem}</p>}
      {upload.verdict && <VerdictCard words={words} verdict={upload.verdict} />}
      {upload.report && <p class="buttons"><button class="primary" onClick={() => report("html")}>{words.report}</button> <button onClick={() => report("json")}>{words.reportJson}</button></p>}
    </div>
  );
}

// Asks how a hunt goes, until it has ended.
function useFollowed(uploads: Upload[], refresh: () => void): void {
  const busy = uploads.some((one) => one.state === "queued" || one.state === "hunting");
  useEffect(() => {
    if (!busy) return;
    const timer = setInterval(refresh, 1500);
    return () => clearInterval(timer);
  }, [busy]);
}

export function Uploads({ words, uploads, limit, refresh }: { words: Words; uploads: Upload[]; limit: number; refresh: () => void }) {
  const [running, setRunning] = useState<Running>();
  const [problem, setProblem] = useState("");
  useFollowed(uploads, refresh);

  const run = (file: File, upload: Upload) => {
    const abort = new AbortController();
    const progress: Progress = { stored: upload.offset, bytes: file.size, perSecond: undefined, broken: false };
    setRunning({ upload, file, progress, abort, paused: false });
    sendFile(file, upload, abort.signal, (now) => setRunning((old) => old && { ...old, progress: now }))
      .then(() => { setRunning(undefined); refresh(); })
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        setRunning(undefined);
        setProblem((error as Error).message);
        refresh();
      });
  };
  const choose = (file: File) => {
    setProblem("");
    if (file.size > limit) return setProblem(fill(words.tooLarge, { limit: bytes(limit) }));
    beginUpload(file).then((upload) => run(file, upload), (error: Error) => setProblem(error.message));
  };
  const pause = () => {
    running?.abort.abort();
    setRunning((old) => old && { ...old, paused: true });
  };
  const resume = async () => {
    if (!running) return;
    try {
      run(running.file, await ask<Upload>(`/victim/uploads/${encodeURIComponent(running.upload.id)}`));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const giveUp = (id: string) => {
    running?.abort.abort();
    setRunning(undefined);
    remove(`/victim/uploads/${encodeURIComponent(id)}`).then(refresh, (error: Error) => setProblem(error.message));
  };
  return (
    <>
      {!running && <Chooser words={words} limit={limit} choose={choose} />}
      {running && <RunningUpload words={words} running={running} pause={pause} resume={() => void resume()} giveUp={() => giveUp(running.upload.id)} />}
      <div role="alert">{problem && <p class="problem">{problem}</p>}</div>
      {[...uploads].reverse().filter((one) => one.id !== running?.upload.id).map((one) => <Kept key={one.id} words={words} upload={one} giveUp={() => giveUp(one.id)} />)}
    </>
  );
}
