package io.millrace.gateway.console;

/** Finds text that is hard to read, as WCAG 2 measures it. */
final class Contrast {

    /**
     * Returns texts whose contrast with what is behind them is under 4.5 to 1. Colours are read
     * through a canvas, which knows every way of writing one.
     */
    static final String SCRIPT =
            """
            const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
            const rgb = (colour) => {
              pen.clearRect(0, 0, 1, 1);
              pen.fillStyle = colour;
              pen.fillRect(0, 0, 1, 1);
              return [...pen.getImageData(0, 0, 1, 1).data];
            };
            const light = ([r, g, b]) => [r, g, b]
              .map((v) => v / 255)
              .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
              .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
            const ground = (element) => {
              for (let e = element; e; e = e.parentElement) {
                const colour = rgb(getComputedStyle(e).backgroundColor);
                if (colour[3] === 255) return colour;
              }
              return [255, 255, 255, 255];
            };
            const bad = [];
            for (const element of document.querySelectorAll('body *')) {
              const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
              if (!text || !element.checkVisibility()) continue;
              const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
              const ratio = (a + 0.05) / (b + 0.05);
              if (ratio < 4.5) bad.push(text + ' ' + ratio.toFixed(2));
            }
            return bad;
            """;

    private Contrast() {}
}
