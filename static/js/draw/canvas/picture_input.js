// A picture instead of a drawing: dropped, pasted or chosen, brought to a size that the server takes.

const LARGEST = 800; // pixels a side; the network sees 28
const UNREADABLE = "I can’t read that file. PNG, JPEG and WebP pictures work.";

// take(dataUrl) gets the picture, refuse(message) hears why there is none, dropping(whether) follows a drag.
export function acceptPictures({ file, take, refuse, dropping }) {
  const bring = async (candidate) => {
    if (!candidate) return;
    try {
      take(await shrunk(candidate));
    } catch {
      refuse(UNREADABLE);
    }
  };
  file.addEventListener("change", async () => {
    await bring(file.files[0]);
    file.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", ({ clipboardData }) => bring(clipboardData?.files[0]));
  acceptDrops(bring, dropping);
}

function acceptDrops(bring, dropping) {
  const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // else the browser leaves the page to show the file
    dropping(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || dropping(false));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dropping(false);
    bring(event.dataTransfer.files[0]);
  });
}

// Decodes the file, upright as its camera meant it, and returns it as a data URL, transparency over white.
async function shrunk(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9); // a photograph as PNG could pass the server's 1 MB
}
