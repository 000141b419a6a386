// A camera and a screen for tests: aim(source, base64) shows a picture on one of them.
// Loaded after chapter 5's microphone.js, whose getUserMedia hears; this one sees too.
(() => {
  const hear = navigator.mediaDevices.getUserMedia;
  const sights = {};
  window.refusal = { camera: "", screen: "" };
  window.aim = async (name, picture, width = 640, height = 480) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d");
    const image = new Image();
    if (picture) {
      image.src = `data:image/jpeg;base64,${picture}`;
      await image.decode();
      canvas.width = image.width;
      canvas.height = image.height;
    }
    const draw = () => {
      if (picture) context.drawImage(image, 0, 0);
      else {
        context.fillStyle = "green";
        context.fillRect(0, 0, canvas.width, canvas.height);
      }
    };
    draw();
    clearInterval(sights[name]?.timer);
    // A canvas gives a frame when it is drawn on.
    sights[name] = { canvas, timer: setInterval(draw, 100), tracks: [] };
  };
  const open = async (name) => {
    if (window.refusal[name]) throw new DOMException("refused", window.refusal[name]);
    if (!sights[name]) await window.aim(name);
    const stream = sights[name].canvas.captureStream(10);
    sights[name].tracks.push(...stream.getTracks());
    return stream;
  };
  window.pull = (name) => {
    for (const track of sights[name].tracks) {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }
  };
  window.isOn = (name) => sights[name].tracks.some(({ readyState }) => readyState === "live");
  navigator.mediaDevices.getUserMedia = (constraints) =>
    constraints.video ? open("camera") : hear.call(navigator.mediaDevices, constraints);
  navigator.mediaDevices.getDisplayMedia = () => open("screen");
})();
