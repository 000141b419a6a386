/**
 * The microphone and the loudspeaker of the browser that shows a notebook.
 *
 * The other half of notebook_audio.py: chunks of the microphone go to the kernel, and
 * chunks of the answer come from there. What records and plays are the modules of the
 * chapter's page, which the kernel sends along.
 */

/**
 * Load modules that came as text; each names those it needs as "module:path".
 *
 * @param {Record<string, string>} sources By path, each after what it needs.
 * @returns {Record<string, string>} The address of each.
 */
export function addressesOf(sources) {
  /** @type {Record<string, string>} */
  const addresses = {};
  for (const [path, source] of Object.entries(sources)) {
    const text = source.replace(/"module:([^"]+)"/g, (_all, needed) =>
      JSON.stringify(addresses[needed]),
    );
    addresses[path] = URL.createObjectURL(
      new Blob([text], { type: "text/javascript" }),
    );
  }
  return addresses;
}

/** The devices of one widget, open or not. */
class Devices {
  #model;
  #view;
  /** @type {any} */
  #recorder = null;
  /** @type {any} */
  #streamer = null;

  /**
   * @param {any} model Of the widget.
   * @param {{show: (text: string, isOpen: boolean) => void,
   *   level: (level: number) => void}} view
   */
  constructor(model, view) {
    this.#model = model;
    this.#view = view;
    model.on(
      "msg:custom",
      /** @type {(message: any, buffers: DataView[]) => void} */
      (message, buffers) => this.#take(message, buffers),
    );
  }

  async toggle() {
    if (this.#recorder) await this.close();
    else await this.#open();
  }

  /** @param {string} [problem] */
  async close(problem = "") {
    const [recorder, streamer] = [this.#recorder, this.#streamer];
    this.#recorder = null;
    this.#setOpen(false);
    this.#say({ type: "end", problem });
    this.#view.show(problem || "Closed.", false);
    await recorder?.close();
    // What the model still has to say may be heard.
    if (problem) await streamer?.close();
  }

  async #open() {
    this.#view.show("Opening …", false);
    const addresses = addressesOf(this.#model.get("_modules"));
    const { AudioRecorder } = await import(addresses["chapter_05/audio-recorder.js"]);
    const { AudioStreamer } = await import(addresses["chapter_05/audio-streamer.js"]);
    await this.#streamer?.close();
    this.#recorder = new AudioRecorder({ chunkMs: this.#model.get("_chunk_ms") });
    this.#streamer = new AudioStreamer();
    this.#listen();
    try {
      await this.#streamer.open();
      await this.#recorder.open();
    } catch (error) {
      await this.close(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#say({ type: "open" });
    this.#setOpen(true);
    this.#view.show("Open: run the next cell, and speak.", true);
  }

  #listen() {
    const [recorder, streamer] = [this.#recorder, this.#streamer];
    on(recorder, "chunk", ({ pcm, level }) => {
      this.#say({ type: "chunk" }, [new DataView(pcm.buffer)]);
      this.#view.level(level);
    });
    on(recorder, "lost", () => void this.close("The microphone is gone."));
    on(recorder, "problem", ({ message }) => void this.close(message));
    on(streamer, "problem", ({ message }) => void this.close(message));
    for (const type of ["start", "drain", "flush"]) {
      on(streamer, type, (detail) => this.#say({ type, ...detail }));
    }
  }

  /**
   * @param {{type: string}} message
   * @param {DataView[]} buffers
   */
  #take(message, buffers) {
    if (message.type === "play") {
      const { buffer, byteOffset, byteLength } = buffers[0]; // a view of more
      this.#streamer?.play(new Uint8Array(buffer, byteOffset, byteLength));
    } else if (message.type === "finish") {
      this.#streamer?.finish();
    } else if (message.type === "flush") {
      this.#streamer?.flush();
    }
  }

  /** @param {boolean} isOpen */
  #setOpen(isOpen) {
    this.#model.set("is_open", isOpen);
    this.#model.save_changes();
  }

  /**
   * @param {object} message
   * @param {DataView[]} [buffers]
   */
  #say(message, buffers = []) {
    this.#model.send(message, undefined, buffers);
  }
}

/**
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: any) => void} listener
 */
function on(target, type, listener) {
  target.addEventListener(type, (event) => {
    listener(/** @type {CustomEvent} */ (event).detail);
  });
}

/**
 * Show the button, a level and a line of text.
 *
 * @param {{model: any, el: HTMLElement}} widget
 */
function render({ model, el }) {
  const button = document.createElement("button");
  const meter = document.createElement("meter");
  const words = document.createElement("span");
  Object.assign(meter, { min: 0, max: 0.3, value: 0 });
  meter.setAttribute("aria-label", "Level of the microphone");
  words.setAttribute("role", "status");
  words.style.marginLeft = meter.style.marginLeft = "0.7em";
  button.className = "jupyter-button";
  const devices = new Devices(model, {
    show(text, isOpen) {
      words.textContent = text;
      button.textContent = isOpen ? "Close the microphone" : "Open the microphone";
      meter.value = 0;
    },
    level(level) {
      meter.value = level;
    },
  });
  button.textContent = "Open the microphone";
  button.onclick = () => void devices.toggle();
  el.append(button, meter, words);
  return () => void devices.close();
}

export default { render };
