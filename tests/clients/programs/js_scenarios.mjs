/**
 * The scenarios for the JavaScript SDK, the same in node and in a browser.
 *
 * The class comes from whoever runs them, so any version and any build can be
 * tried. `report` is called with objects, `speech(name)` gives PCM16 at 16 kHz.
 */

const CHUNK_BYTES = 1280; // 40 ms at 16 kHz
const WEATHER = {
  name: "get_weather",
  description: "Returns the weather of a city.",
  behavior: "BLOCKING",
  parameters: {
    type: "OBJECT",
    properties: { city: { type: "STRING" } },
    required: ["city"],
  },
};

/** Run one scenario. `options`: { model, client, media }, see `Scenarios`. */
export async function run(name, GoogleGenAI, options, speech, report) {
  await new Scenarios(GoogleGenAI, options, speech, report)[name]();
}

class Scenarios {
  #GoogleGenAI;
  #options;
  #speech;
  #report;

  /**
   * @param {object} options `client` goes to the SDK's constructor, `media` says
   *   in which field of realtime input audio is sent.
   */
  constructor(GoogleGenAI, options, speech, report) {
    this.#GoogleGenAI = GoogleGenAI;
    this.#options = options;
    this.#speech = speech;
    this.#report = report;
  }

  #client(options = {}) {
    return new this.#GoogleGenAI({ ...this.#options.client, ...options });
  }

  async #connect(changes = {}, client = this.#client()) {
    const messages = new Mailbox();
    const connecting = client.live.connect({
      model: this.#options.model,
      config: {
        responseModalities: ["AUDIO"],
        inputAudioTranscription: {},
        outputAudioTranscription: {},
        ...changes,
      },
      callbacks: {
        onmessage: (message) => messages.put(message),
        onerror: (event) => messages.fail(`error: ${event.message}`),
        onclose: (event) => messages.fail(`${event.code} ${event.reason}`),
      },
    });
    // Version 2 waits for ever if it is refused.
    const refused = messages.closed.then((reason) => Promise.reject(new Error(reason)));
    const session = await Promise.race([connecting, refused]);
    return { session, messages };
  }

  async #say(session, name) {
    const pcm = await this.#speech(name);
    const field = this.#options.media ?? "audio";
    for (let start = 0; start < pcm.length; start += CHUNK_BYTES) {
      const data = toBase64(pcm.subarray(start, start + CHUNK_BYTES));
      const chunk = { data, mimeType: "audio/pcm;rate=16000" };
      session.sendRealtimeInput({ [field]: chunk });
    }
  }

  #type(session, text) {
    session.sendClientContent({
      turns: [{ role: "user", parts: [{ text }] }],
      turnComplete: true,
    });
  }

  /** Ask by voice and hear the answer. */
  async spokenTurn() {
    const { session, messages } = await this.#connect();
    await this.#say(session, "sum");
    this.#report(await messages.turn());
    session.close();
  }

  /** Speak while a story is being told. */
  async bargeIn() {
    const { session, messages } = await this.#connect();
    this.#type(session, "Tell me a long story.");
    await messages.turn("audio");
    await this.#say(session, "sum");
    this.#report({ interrupted: await messages.turn() });
    this.#report({ answer: await messages.turn() });
    session.close();
  }

  /** Answer a function call. */
  async toolCall() {
    const tools = [{ functionDeclarations: [WEATHER] }];
    const { session, messages } = await this.#connect({ tools });
    await this.#say(session, "weather");
    const { calls } = await messages.turn("call");
    this.#report({ call: calls[0] });
    session.sendToolResponse({
      functionResponses: [
        { id: calls[0].id, name: calls[0].name, response: { temperature: 21 } },
      ],
    });
    this.#report(await messages.turn());
    session.close();
  }

  /** Say a name, wait for GoAway, reconnect and ask for the name. */
  async resumption() {
    const first = await this.#connect({ sessionResumption: {} });
    this.#type(first.session, "My name is Ada.");
    const { goAway, handle } = await first.messages.turn("gone");
    this.#report({ timeLeft: goAway });
    first.session.close(); // and on at once, as an impatient program would
    const second = await this.#connect({ sessionResumption: { handle } });
    await this.#say(second.session, "name");
    this.#report(await second.messages.turn());
    second.session.close();
    this.#report({ closed: await first.messages.closed });
  }

  /** Make a token with the key and talk with nothing but the token. */
  async token() {
    const httpOptions = { ...this.#options.client?.httpOptions, apiVersion: "v1alpha" };
    const server = this.#client({ httpOptions });
    const { name } = await server.authTokens.create({
      config: {
        uses: 1,
        liveConnectConstraints: {
          model: this.#options.model,
          config: {
            responseModalities: ["AUDIO"],
            outputAudioTranscription: {},
            systemInstruction: "Your name is Max.",
          },
        },
      },
    });
    this.#report({ token: name.split("/")[0] });
    const page = this.#client({ apiKey: name, httpOptions });
    const { session, messages } = await this.#connect({}, page);
    this.#type(session, "What is your name?");
    this.#report(await messages.turn());
    session.close();
    try {
      const { messages } = await this.#connect({}, page);
      this.#report({ second: await messages.closed });
    } catch (error) {
      this.#report({ second: error.message });
    }
  }

  /** Be refused. */
  async refusal() {
    try {
      const { messages } = await this.#connect({ responseModalities: ["TEXT"] });
      this.#report({ refusal: await messages.closed });
    } catch (error) {
      this.#report({ refusal: error.message });
    }
  }

  /** Use the calls beside the live ones. */
  async unary() {
    const client = this.#client();
    const model = "gemini-3.8-flash";
    const contents = "What is twelve times seven?";
    const answer = await client.models.generateContent({ model, contents });
    this.#report({ text: answer.text });
    const pieces = [];
    const stream = await client.models.generateContentStream({
      model,
      contents: "Tell me a story.",
    });
    for await (const piece of stream) pieces.push(piece.text ?? "");
    this.#report({ pieces: pieces.length });
    const names = [];
    for await (const one of await client.models.list()) names.push(one.name);
    this.#report({ models: names });
  }
}

/** Keeps messages until somebody asks for them. */
class Mailbox {
  #messages = [];
  #waiting = null;
  #failure = null;
  #onClosed;

  /** Resolves with code and reason when the socket is closed. */
  closed = new Promise((resolve) => (this.#onClosed = resolve));

  put(message) {
    this.#messages.push(message);
    this.#wake();
  }

  fail(reason) {
    this.#failure = reason;
    this.#onClosed(reason);
    this.#wake();
  }

  #wake() {
    this.#waiting?.();
    this.#waiting = null;
  }

  async #next() {
    while (this.#messages.length === 0) {
      if (this.#failure !== null) throw new Error(this.#failure);
      await new Promise((resolve) => (this.#waiting = resolve));
    }
    return this.#messages.shift();
  }

  /** Collect messages up to a turnComplete, a call, audio, or GoAway and handle. */
  async turn(until = "turnComplete") {
    const turn = { heard: "", said: "", audioBytes: 0, order: [], calls: [] };
    for (;;) {
      const message = await this.#next();
      if (note(message, turn, until)) return turn;
    }
  }
}

function note(message, turn, until) {
  if (message.toolCall) {
    turn.calls.push(...message.toolCall.functionCalls);
    if (until === "call") return true;
  }
  turn.handle = message.sessionResumptionUpdate?.newHandle ?? turn.handle;
  turn.goAway = message.goAway?.timeLeft ?? turn.goAway;
  if (until === "gone" && turn.goAway && turn.handle && turn.order.length) return true;
  const content = message.serverContent;
  if (!content) return false;
  turn.heard += content.inputTranscription?.text ?? "";
  turn.said += content.outputTranscription?.text ?? "";
  for (const part of content.modelTurn?.parts ?? []) {
    const { mimeType, data } = part.inlineData ?? {};
    if (mimeType?.startsWith("audio/pcm")) turn.audioBytes += (data.length * 3) / 4;
  }
  if (until === "audio" && turn.audioBytes > 0) return true;
  for (const name of ["interrupted", "generationComplete", "turnComplete"]) {
    // As live-api-web-console asks: a key that is there counts, whatever it holds.
    if (name in content) turn.order.push(name);
  }
  if ("turnComplete" in content) {
    turn.handle = null; // the next one knows of this turn
    turn.tokens = message.usageMetadata?.totalTokenCount;
    return until === "turnComplete";
  }
  return false;
}

function toBase64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
