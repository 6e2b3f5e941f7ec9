// Accepts a picture instead of a drawing: dropped, pasted or chosen, and scaled down before it is sent.

const MAX_SIDE_PX = 800; // the network sees 28
const UNREADABLE = "I can’t read that file. PNG, JPEG and WebP pictures work.";

// onPicture(dataUrl) gets the picture, onError(message) the reason for a rejected file, and
// onDrag(isDragging) is called while files are dragged over the page.
export function acceptPictures({ fileInput, onPicture, onError, onDrag }) {
  const accept = async (file) => {
    if (!file) return;
    try {
      onPicture(await toDataUrl(file));
    } catch {
      onError(UNREADABLE);
    }
  };
  fileInput.addEventListener("change", async () => {
    await accept(fileInput.files[0]);
    fileInput.value = ""; // so that the same file can be chosen again
  });
  document.addEventListener("paste", ({ clipboardData }) => accept(clipboardData?.files[0]));
  acceptDrops(accept, onDrag);
}

function acceptDrops(accept, onDrag) {
  const carriesFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // otherwise the browser leaves the page to show the file
    onDrag(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || onDrag(false));
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    onDrag(false);
    accept(event.dataTransfer.files[0]);
  });
}

// Returns the file as a JPEG data URL: upright by its EXIF data, at most MAX_SIDE_PX a side, transparency over white.
async function toDataUrl(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, MAX_SIDE_PX / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.9); // a photograph as PNG could exceed the server's 1 MB
}
