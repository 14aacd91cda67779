/** Finds the texts of the QR codes in a picture of the camera. */
export type QrReader = (video: HTMLVideoElement) => Promise<string[]>;

/** Not yet among the types of the DOM. */
interface BarcodeDetectorLike {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface BarcodeDetectorConstructor {
  new (options: { formats: string[] }): BarcodeDetectorLike;
  getSupportedFormats(): Promise<string[]>;
}

const format = 'qr_code';

/** The longer side of the picture that is read, in pixels: enough for a code that fills a third of it. */
const mostPixels = 800;

/** The browser's own detector, which is faster; jsQR where there is none. */
export async function openQrReader(): Promise<QrReader> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: BarcodeDetectorConstructor };
  const formats = await BarcodeDetector?.getSupportedFormats().catch(() => []);
  if (BarcodeDetector && formats?.some((each) => each === format)) {
    const detector = new BarcodeDetector({ formats: [format] });
    return async (video) => (await detector.detect(video)).map(({ rawValue }) => rawValue);
  }
  return openJsQr();
}

async function openJsQr(): Promise<QrReader> {
  const { default: jsQR } = await import('jsqr');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, mostPixels / Math.max(videoWidth, videoHeight));
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    if (!context || width === 0 || height === 0) {
      return [];
    }
    [canvas.width, canvas.height] = [width, height];
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const found = jsQR(data, width, height, { inversionAttempts: 'dontInvert' });
    return found && found.data !== '' ? [found.data] : [];
  };
}
