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

/**
 * The devices of one widget, open or not.
 *
 * They belong to the widget and not to its view: JupyterLab takes a view away when
 * its cell is scrolled out of sight, and the conversation must go on. Events: `change`
 * and `level` ({level}).
 */
class Devices extends EventTarget {
  isOpen = false;
  words = "";
  #model;
  /** @type {any} */
  #recorder = null;
  /** @type {any} */
  #streamer = null;

  /** @param {any} model Of the widget. */
  constructor(model) {
    super();
    this.#model = model;
    model.on(
      "msg:custom",
      /** @type {(message: any, buffers: DataView[]) => void} */
      (message, buffers) => this.#take(message, buffers),
    );
  }

  async toggle() {
    if (this.#recorder) await this.closeMicrophone();
    else await this.#open();
  }

  /**
   * Close the microphone; what the model still has to say may be heard.
   *
   * @param {string} [problem]
   */
  async closeMicrophone(problem = "") {
    const recorder = this.#recorder;
    this.#recorder = null;
    this.#show(problem || "Closed.", false);
    this.#say({ type: "end", problem });
    await recorder?.close();
  }

  /** Close everything, when the widget is no more. */
  async close() {
    await this.closeMicrophone();
    await this.#streamer?.close();
  }

  async #open() {
    this.#show("Opening …", false);
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
      const problem = error instanceof Error ? error.message : String(error);
      await this.closeMicrophone(problem);
      return;
    }
    this.#say({ type: "open" });
    this.#show("Open: run the next cell, and speak.", true);
  }

  #listen() {
    const [recorder, streamer] = [this.#recorder, this.#streamer];
    on(recorder, "chunk", ({ pcm, level }) => {
      this.#say({ type: "chunk" }, [new DataView(pcm.buffer)]);
      this.dispatchEvent(new CustomEvent("level", { detail: { level } }));
    });
    const give = (/** @type {string} */ problem) => void this.closeMicrophone(problem);
    on(recorder, "lost", () => give("The microphone is gone."));
    on(recorder, "problem", ({ message }) => give(message));
    on(streamer, "problem", ({ message }) => give(message));
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

  /**
   * @param {string} words
   * @param {boolean} isOpen
   */
  #show(words, isOpen) {
    this.words = words;
    this.isOpen = isOpen;
    this.#model.set("is_open", isOpen);
    this.#model.save_changes();
    this.dispatchEvent(new CustomEvent("change"));
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
 * @param {AbortSignal} [signal] Ends the listening.
 */
function on(target, type, listener, signal) {
  const take = (/** @type {Event} */ event) =>
    listener(/** @type {CustomEvent} */ (event).detail);
  target.addEventListener(type, take, { signal });
}

/**
 * Show the button, a level and a line of text.
 *
 * @param {Devices} devices
 * @param {HTMLElement} place
 * @returns {() => void} Takes it away again.
 */
function show(devices, place) {
  const button = document.createElement("button");
  const meter = document.createElement("meter");
  const words = document.createElement("span");
  const viewing = new AbortController();
  Object.assign(meter, { min: 0, max: 0.3, value: 0 });
  meter.setAttribute("aria-label", "Level of the microphone");
  words.setAttribute("role", "status");
  words.style.marginLeft = meter.style.marginLeft = "0.7em";
  button.className = "jupyter-button";
  button.onclick = () => void devices.toggle();
  const update = () => {
    words.textContent = devices.words;
    button.textContent = `${devices.isOpen ? "Close" : "Open"} the microphone`;
    meter.value = 0;
  };
  on(devices, "change", update, viewing.signal);
  on(devices, "level", ({ level }) => (meter.value = level), viewing.signal);
  update();
  place.append(button, meter, words);
  return () => viewing.abort();
}

/** One widget: its devices, and as many views of them as are in sight. */
export default () => {
  /** @type {Devices} */
  let devices;
  return {
    /** @param {{model: any}} widget */
    initialize({ model }) {
      devices = new Devices(model);
      return () => void devices.close();
    },
    /** @param {{el: HTMLElement}} widget */
    render: ({ el }) => show(devices, el),
  };
};
