// Reads the file of a picture for the API: as it is if it is small enough, otherwise scaled down with its transparency.

const MAX_BYTES = 700_000; // as base64 within the server's 1 MB
const MAX_PIXELS = 4_000_000; // the server's limit
const SIDES_PX = [1600, 1100, 768, 500]; // of a scaled picture; the server looks for ink in 768

// Returns a data URL. Throws an error for a file that is no picture.
export async function toDataUrl(file) {
  const image = await decoded(file);
  if (!image && file.type !== "image/jpeg") throw new Error("no picture"); // the server reads a JPEG without its end
  const isTaken = ["image/png", "image/jpeg", "image/webp"].includes(file.type);
  const isSmall = file.size <= MAX_BYTES && (!image || image.width * image.height <= MAX_PIXELS);
  if (isTaken && isSmall) return read(file);
  if (!image) throw new Error("no picture");
  return scaled(image);
}

async function decoded(file) {
  return createImageBitmap(file).catch(() => null);
}

// WebP keeps transparency and is small; browsers that cannot write it make a PNG.
async function scaled(image) {
  for (const side of SIDES_PX) {
    const file = await encoded(image, Math.min(1, side / Math.max(image.width, image.height)));
    if (file.size <= MAX_BYTES) return read(file);
  }
  throw new Error("too large");
}

function encoded(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.9));
}

function read(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
