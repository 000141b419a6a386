// A microphone for tests: say(base64) speaks 16 kHz PCM into it, unplug() pulls it out.
(() => {
  /** @type {AudioContext} */
  let context;
  /** @type {MediaStreamAudioDestinationNode} */
  let jack;
  /** @type {MediaStreamTrack[]} */
  let tracks = [];
  const plugIn = () => {
    if (context) return;
    context = new AudioContext({ sampleRate: 48_000 });
    jack = context.createMediaStreamDestination();
    const silence = new ConstantSourceNode(context, { offset: 0 });
    silence.connect(jack);
    silence.start();
  };
  window.say = async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const spoken = new Int16Array(bytes.buffer);
    const buffer = context.createBuffer(1, spoken.length, 16_000);
    const samples = buffer.getChannelData(0);
    spoken.forEach((sample, at) => (samples[at] = sample / 32_768));
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(jack);
    const end = new Promise((resolve) => source.addEventListener("ended", resolve));
    source.start();
    await end;
  };
  window.unplug = () => {
    for (const track of tracks) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  };
  window.asked = [];
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    window.asked.push(constraints);
    plugIn();
    await context.resume();
    tracks = jack.stream.getAudioTracks().map((track) => track.clone());
    return new MediaStream(tracks);
  };
})();
