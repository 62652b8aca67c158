/** I420 to the screen by a fragment shader: the conversion costs the processor nothing but the upload. */
import type { PictureFrame } from '../../backend/backend';
import type { Renderer } from './renderer';

const VERTEX = `
attribute vec2 corner;
varying vec2 place;
void main() {
  place = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

// BT.601, limited range, as WebRTC's decoders give it.
const FRAGMENT = `
precision mediump float;
varying vec2 place;
uniform sampler2D luma;
uniform sampler2D blue;
uniform sampler2D red;
void main() {
  float y = 1.164384 * (texture2D(luma, place).r - 0.0627451);
  float u = texture2D(blue, place).r - 0.5019608;
  float v = texture2D(red, place).r - 0.5019608;
  gl_FragColor = vec4(y + 1.596027 * v, y - 0.391762 * u - 0.812968 * v, y + 2.017232 * u, 1.0);
}`;

/** Null when the shader cannot be made. */
export function webglRenderer(canvas: HTMLCanvasElement): Renderer | null {
  // Not declared opaque: Chromium's compositor then cuts what it takes for covered out of the wrong, mirrored place.
  const gl = canvas.getContext('webgl', { alpha: true, antialias: false, depth: false });
  if (gl === null) return null;
  const program = link(gl);
  if (program === null) return null;
  gl.useProgram(program);

  const corners = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, corners);
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
  const corner = gl.getAttribLocation(program, 'corner');
  gl.enableVertexAttribArray(corner);
  gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  for (const [unit, name] of ['luma', 'blue', 'red'].entries()) {
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    // Sizes are rarely powers of two, which WebGL 1 takes without repetition and mipmaps only.
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    gl.uniform1i(gl.getUniformLocation(program, name), unit);
  }

  return {
    kind: 'webgl',
    draw({ width, height, planes }: PictureFrame) {
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
        gl.viewport(0, 0, width, height);
      }
      const halfWidth = Math.ceil(width / 2);
      const halfHeight = Math.ceil(height / 2);
      const luma = width * height;
      const chroma = halfWidth * halfHeight;
      upload(gl, 0, width, height, planes.subarray(0, luma));
      upload(gl, 1, halfWidth, halfHeight, planes.subarray(luma, luma + chroma));
      upload(gl, 2, halfWidth, halfHeight, planes.subarray(luma + chroma));
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    },
    release() {
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

function upload(
  gl: WebGLRenderingContext,
  unit: number,
  width: number,
  height: number,
  plane: Uint8Array,
): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.LUMINANCE, width, height, 0, gl.LUMINANCE, gl.UNSIGNED_BYTE, plane);
}

function link(gl: WebGLRenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) === true ? program : null;
}
