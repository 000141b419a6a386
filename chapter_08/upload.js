/**
 * Sends a whole recording to the server, and tells how far it is.
 *
 * The body is the file itself; progress comes as server-sent events under an id that the
 * page chooses. The page of chapter 8 uses it.
 */

/**
 * Return why a file is not worth sending, "" if it is.
 *
 * @param {{name: string, size: number}} file
 * @param {number} mostBytes
 */
export function uploadProblem({ name, size }, mostBytes) {
  if (!size) return `${name} is empty.`;
  if (size > mostBytes) {
    const most = Math.round(mostBytes / 1e6);
    return `${name} has ${Math.round(size / 1e6)} MB; ${most} MB are allowed.`;
  }
  return "";
}

/**
 * Send a file; settled when it was heard and answered.
 *
 * @param {File} file
 * @param {object} options
 * @param {string} options.model
 * @param {boolean} options.keep
 * @param {AbortSignal} options.signal
 * @param {(progress: any) => void} options.onProgress Gets the server's messages:
 *   uploaded, decoded, heard, transcript, answer, warning.
 * @returns {Promise<{transcript: string, answer: string, seconds: number, kept: string}>}
 * @throws {Error} For the reader.
 */
export async function upload(file, { model, keep, signal, onProgress }) {
  const id = crypto.randomUUID();
  const events = new EventSource(`/api/uploads/${id}/events`);
  for (const kind of [
    "uploaded",
    "decoded",
    "heard",
    "waiting",
    "transcript",
    "answer",
    "warning",
  ]) {
    events.addEventListener(kind, ({ data }) => onProgress(JSON.parse(data)));
  }
  try {
    const query = new URLSearchParams({ id, model, keep: String(keep) });
    const response = await fetch(`/audio-stream?${query}`, {
      method: "POST",
      body: file,
      headers: { "Content-Type": file.type || "application/octet-stream" },
      signal,
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error ?? "The server refused the file.");
    return answer;
  } catch (error) {
    if (error instanceof TypeError) {
      throw new Error("The connection to the server broke. Is it still running?");
    }
    throw error;
  } finally {
    events.close();
  }
}
