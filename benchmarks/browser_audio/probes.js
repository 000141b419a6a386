// Runs in the page of chapter 5 before its own modules do: a microphone that beeps, an
// ear at the loudspeaker, and the times at which messages pass the socket.
(() => {
  const probes = {
    /** When each beep began, came into the page, and was sent in a chunk. */
    beeps: [],
    /** When each interruption came, and when the loudspeaker fell silent. */
    cuts: [],
  };
  window.probes = probes;

  // The microphone.
  let microphone;
  let jack;
  navigator.mediaDevices.getUserMedia = async () => {
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
