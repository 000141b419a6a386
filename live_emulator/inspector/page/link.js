/** The connection to the emulator, made again whenever it is lost. */

const AGAIN_MS = 1_000;

/** Tells what comes; a page never has to look after it. */
export class Link {
  /**
   * @param {{open: () => void, lost: () => void, take: (events: any[]) => void}} tell
   */
  constructor(tell) {
    this._tell = tell;
    /** @type {EventSource | null} */
    this._events = null;
  }

  /** Connect; all that is remembered comes again. */
  connect() {
    this._events?.close();
    const events = new EventSource("events");
    this._events = events;
    events.addEventListener("open", () => this._tell.open());
    events.addEventListener("message", ({ data }) => this._tell.take(JSON.parse(data)));
    events.addEventListener("error", () => {
      this._tell.lost();
      // The browser tries again by itself, unless it was answered something else.
      if (events.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this._events === events && this.connect(), AGAIN_MS);
    });
  }
}
