// Runs in the pages of chapters 5 and 6 before their own modules do: a microphone that
// beeps, an ear at the loudspeaker, the times at which messages pass the socket, and how
// long the page was busy.
(() => {
  const probes = {
    /** When each beep began, came into the page, and was sent in a chunk. */
    beeps: [],
    /** When each interruption came, and when the loudspeaker fell silent. */
    cuts: [],
    /** When each picture was sent, and how long its JPEG was. */
    frames: [],
    /** What the player said last: its gaps so far. */
    status: { underruns: 0, missingMs: 0 },
    /** Long tasks as the browser counts them: from 50 ms on. */
    longTasksMs: [],
    /** How late a timer was at worst: no task can have been longer. */
    latestMs: 0,
  };
  window.probes = probes;

  new PerformanceObserver((list) => {
    probes.longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
  }).observe({ entryTypes: ["longtask"] });
  const TICK_MS = 5;
  let tickedMs = performance.now();
  setInterval(() => {
    const nowMs = performance.now();
    probes.latestMs = Math.max(probes.latestMs, nowMs - tickedMs - TICK_MS);
    tickedMs = nowMs;
  }, TICK_MS);
  window.forget = () => {
    probes.frames = [];
    probes.longTasksMs = [];
    probes.latestMs = 0;
    probes.status = { underruns: 0, missingMs: 0 };
  };

  // The microphone; cameras are the browser's own.
  let microphone;
  let jack;
  const { getUserMedia } = MediaDevices.prototype;
  navigator.mediaDevices.getUserMedia = async (wishes) => {
    if (wishes.video) return getUserMedia.call(navigator.mediaDevices, wishes);
    microphone ??= new AudioContext({ sampleRate: 48_000 });
    jack ??= microphone.createMediaStreamDestination();
    new ConstantSourceNode(microphone, { offset: 0 }).connect(jack);
    await microphone.resume();
    await overhear(jack.stream);
    return new MediaStream(jack.stream.getAudioTracks().map((one) => one.clone()));
  };
  window.beep = () => {
    const at = microphone.currentTime + 0.15;
    const tone = new OscillatorNode(microphone, { frequency: 1000 });
    tone.connect(jack);
    tone.start(at);
    tone.stop(at + 0.1);
    const beganMs = performance.now() + (at - microphone.currentTime) * 1000;
    probes.beeps.push({ beganMs, cameMs: null, sentMs: null });
  };

  // The socket.
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    send.call(this, text);
    const frame = /"video":.*"data":"([^"]*)"/.exec(text);
    if (frame) {
      probes.frames.push({ sentMs: performance.now(), bytes: frame[1].length * 0.75 });
    }
    const last = probes.beeps.at(-1);
    const data = JSON.parse(text).realtimeInput?.audio?.data;
    if (!last || last.sentMs !== null || !data) return;
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const loudest = Math.max(...new Int16Array(bytes.buffer).map(Math.abs));
    if (loudest > 3000) last.sentMs = performance.now();
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...options) {
      super(...options);
      this.addEventListener("message", ({ data }) => {
        const text = new TextDecoder().decode(data);
        if (text.includes('"interrupted"')) {
          probes.cuts.push({ cameMs: performance.now(), silentMs: null });
        }
      });
    }
  };

  // The loudspeaker.
  const EAR = `registerProcessor("ear", class extends AudioWorkletProcessor {
    process([[heard]]) {
      const isLoud = heard?.some((sample) => Math.abs(sample) > 0.001) ?? false;
      if (isLoud !== this.wasLoud) {
        this.port.postMessage({ isLoud });
      }
      this.wasLoud = isLoud;
      return true;
    }
  });`;
  const { connect } = AudioNode.prototype;
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target === this.context.destination) void listen(this);
    return connect.call(this, target, ...rest);
  };
  const Player = window.AudioWorkletNode;
  window.AudioWorkletNode = class extends Player {
    constructor(...options) {
      super(...options);
      this.port.addEventListener("message", ({ data }) => {
        if ("underruns" in data) probes.status = data;
      });
    }
  };
  async function earAt(node, take) {
    const { context } = node;
    const address = URL.createObjectURL(new Blob([EAR], { type: "text/javascript" }));
    await context.audioWorklet.addModule(address);
    const ear = new AudioWorkletNode(context, "ear", { numberOfOutputs: 0 });
    connect.call(node, ear);
    // Somewhat too late, for the message has to come to the page.
    ear.port.onmessage = ({ data: { isLoud } }) => take(isLoud, performance.now());
  }
  async function listen(node) {
    await earAt(node, (isLoud, atMs) => {
      const last = probes.cuts.at(-1);
      if (!isLoud && last?.silentMs === null) last.silentMs = atMs;
    });
  }
  async function overhear(stream) {
    const context = new AudioContext();
    await context.resume();
    await earAt(context.createMediaStreamSource(stream), (isLoud, atMs) => {
      const last = probes.beeps.at(-1);
      if (isLoud && last?.cameMs === null) last.cameMs = atMs;
    });
  }
})();
