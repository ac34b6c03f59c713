// 3x3 convolution by Winograd's F(4x4, 3x3) and F(2x2, 3x3); see dvsk.h and winograd-points.h.
//
// Source: A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016, section 4.

/// The input transform of F(4x4, 3x3) along one dimension: o = B^T d.
DVSK_INLINE void DVSK_NAME(transform_input_6)(const dvsk_f16 *d, dvsk_f16 *o)
{
  const float p = DVSK_POINT_1, q = DVSK_POINT_2, sum = p * p + q * q, product = p * p * (q * q);
  const dvsk_f16 a = DVSK_NAME(fma)(-q * q, d[2], d[4]), b = DVSK_NAME(fma)(-q * q, d[1], d[3]);
  const dvsk_f16 e = DVSK_NAME(fma)(-p * p, d[2], d[4]), f = DVSK_NAME(fma)(-p * p, d[1], d[3]);
  o[0] = DVSK_NAME(fma)(product, d[0], DVSK_NAME(fma)(-sum, d[2], d[4]));
  o[1] = DVSK_NAME(fma)(p, b, a);
  o[2] = DVSK_NAME(fma)(-p, b, a);
  o[3] = DVSK_NAME(fma)(q, f, e);
  o[4] = DVSK_NAME(fma)(-q, f, e);
  o[5] = DVSK_NAME(fma)(product, d[1], DVSK_NAME(fma)(-sum, d[3], d[5]));
}

/// The output transform of F(4x4, 3x3) along one dimension: o = A^T m, where m are products.
DVSK_INLINE void DVSK_NAME(transform_output_6)(const dvsk_f16 *m, dvsk_f16 *o)
{
  const float p = DVSK_POINT_1, q = DVSK_POINT_2;
  const dvsk_f16 a = m[1] + m[2], b = m[1] - m[2], c = m[3] + m[4], d = m[3] - m[4];
  o[0] = m[0] + a + c;
  o[1] = DVSK_NAME(fma)(q, d, p * b);
  o[2] = DVSK_NAME(fma)(q * q, c, p * p * a);
  o[3] = DVSK_NAME(fma)(q * q * q, d, DVSK_NAME(fma)(p * p * p, b, m[5]));
}

/// The input transform of F(2x2, 3x3) along one dimension: o = B^T d.
DVSK_INLINE void DVSK_NAME(transform_input_4)(const dvsk_f16 *d, dvsk_f16 *o)
{
  o[0] = d[0] - d[2];
  o[1] = d[1] + d[2];
  o[2] = d[2] - d[1];
  o[3] = d[1] - d[3];
}

/// The output transform of F(2x2, 3x3) along one dimension: o = A^T m, where m are products.
DVSK_INLINE void DVSK_NAME(transform_output_4)(const dvsk_f16 *m, dvsk_f16 *o)
{
  o[0] = m[0] + m[1] + m[2];
  o[1] = m[1] - m[2] - m[3];
}

/// A block of a matrix product: result [rows, 16 * vectors] = left [rows, inner] times right [inner, 16 * vectors].
///
/// Rows of left are left_stride apart, rows of right right_stride, rows of result `columns`. Unless it `fuses`, products are
/// also rounded.
DVSK_INLINE void DVSK_NAME(product_block)(
  const float *left, ptrdiff_t left_stride, const float *right, ptrdiff_t right_stride,
  float *result, ptrdiff_t inner, ptrdiff_t columns, const int rows, const int vectors,
  const int fuses)
{
  dvsk_f16 total[DVSK_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) total[r][v] = 0.0f;
  }
  for (ptrdiff_t k = 0; k < inner; k++) {
    dvsk_f16 b[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) b[v] = DVSK_NAME(load)(right + k * right_stride + 16 * v);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const dvsk_f16 a = left[r * left_stride + k];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++)
        total[r][v] = fuses ? DVSK_NAME(fma)(a, b[v], total[r][v]) : a * b[v] + total[r][v];
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      DVSK_NAME(store)(result + r * columns + 16 * v, total[r][v]);
  }
}

/// Multiplies by one panel [inner, width] of the right matrix, 32 or 16 columns wide; row_count is a multiple of 8.
DVSK_INLINE void DVSK_NAME(panel_product)(
  const float *left, ptrdiff_t left_stride, const float *panel, ptrdiff_t width, float *result,
  ptrdiff_t row_count, ptrdiff_t inner, ptrdiff_t columns, const int fuses)
{
  for (ptrdiff_t row = 0; row < row_count; row += DVSK_ROWS) {
    const float *from = left + row * left_stride;
    float *to = result + row * columns;
    if (width == 32 && DVSK_VECTORS == 2) {
      DVSK_NAME(product_block)(
        from, left_stride, panel, 32, to, inner, columns, DVSK_ROWS, 2, fuses);
      continue;
    }
    for (ptrdiff_t column = 0; column < width; column += 16)
      DVSK_NAME(product_block)(
        from, left_stride, panel + column, width, to + column, inner, columns, DVSK_ROWS, 1, fuses);
  }
}

/// row_count is a multiple of 8, columns of 16; right is divided into panels of 32 columns, see dvsk.h.
static void DVSK_NAME(small_product)(
  const float *left, const float *right, float *result, ptrdiff_t row_count, ptrdiff_t inner,
  ptrdiff_t columns)
{
  for (ptrdiff_t column = 0; column < columns; column += 32) {
    const ptrdiff_t width = columns - column < 32 ? 16 : 32;
    DVSK_NAME(panel_product)(
      left, inner, right + column * inner, width, result + column, row_count, inner, columns, 1);
  }
}

static void DVSK_NAME(peak_product)(
  const float *left, const float *right, float *result, ptrdiff_t side)
{
  for (ptrdiff_t column = 0; column < side; column += 32)
    DVSK_NAME(panel_product)(
      left, side, right + column * side, 32, result + column, side, side, side, DVSK_HAS_FMA);
}

#if DVSK_HAS_BFLOAT16_DOTS

/// The same as product_block for bfloat16, with pairs of inner elements adjacent: left [rows, inner / 2, 2],
/// right [inner / 2, 16 * vectors, 2].
DVSK_INLINE void DVSK_NAME(dot_block)(
  const uint16_t *left, const uint16_t *right, float *result, ptrdiff_t inner, ptrdiff_t columns,
  const int rows, const int vectors)
{
  __m512 total[DVSK_ROWS][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) total[r][v] = _mm512_setzero_ps();
  }
  for (ptrdiff_t k = 0; k < inner; k += 2) {
    __m512bh b[2];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) memcpy(&b[v], right + (k * vectors + 2 * v) * 16, 64);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      int32_t pair;
      memcpy(&pair, left + r * inner + k, 4);
      const __m512bh a = (__m512bh)_mm512_set1_epi32(pair);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) total[r][v] = _mm512_dpbf16_ps(total[r][v], a, b[v]);
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      _mm512_storeu_ps(result + r * columns + 16 * v, total[r][v]);
  }
}

#endif

/// The same as small_product for bfloat16; in the panels of right, the elements of two rows alternate.
static void DVSK_NAME(small_dots)(
  const uint16_t *left, const uint16_t *right, float *result, ptrdiff_t row_count,
  ptrdiff_t inner, ptrdiff_t columns)
{
#if DVSK_HAS_BFLOAT16_DOTS
  ptrdiff_t column = 0;
  for (; column + 32 <= columns; column += 32) {
    for (ptrdiff_t row = 0; row < row_count; row += DVSK_ROWS)
      DVSK_NAME(dot_block)(
        left + row * inner, right + column * inner, result + row * columns + column, inner,
        columns, DVSK_ROWS, 2);
  }
  for (; column < columns; column += 16) {
    for (ptrdiff_t row = 0; row < row_count; row += DVSK_ROWS)
      DVSK_NAME(dot_block)(
        left + row * inner, right + column * inner, result + row * columns + column, inner,
        columns, DVSK_ROWS, 1);
  }
#else
  (void)left, (void)right, (void)result, (void)row_count, (void)inner, (void)columns;
#endif
}

DVSK_INLINE void DVSK_NAME(winograd_body)(
  const dvsk_winograd *w, const float *input, const void *weights, float *output,
  ptrdiff_t first_tile, ptrdiff_t tile_count, float *scratch, const int size, const int uses_bfloat16)
{
  const int edge = size + 2;
  const ptrdiff_t height = w->height, width = w->width, inner = w->input_channel_count, outer = w->output_channel_count;
  const ptrdiff_t per_row = (width + size - 1) / size;
  const ptrdiff_t rows = (tile_count + 7) / 8 * 8;
  // One cache line more than the matrices need: otherwise all elements of a tile could fall into the same cache set.
  const ptrdiff_t left_stride = rows * inner + 16, result_stride = rows * outer + 16;
  float *left = scratch, *result = scratch + edge * edge * left_stride;
  uint16_t *left_bfloat16 = (uint16_t *)scratch;
  for (ptrdiff_t tile = 0; tile < rows; tile++) {
    const ptrdiff_t number = first_tile + tile;
    const ptrdiff_t row = number / per_row * size - 1, column = number % per_row * size - 1;
    for (ptrdiff_t c = 0; c < inner; c += 16) {
      dvsk_f16 partial[6][6];
      for (int j = 0; j < edge; j++) {
        dvsk_f16 d[6], o[6];
        for (int i = 0; i < edge; i++) {
          const int inside = tile < tile_count && row + i >= 0 && row + i < height
            && column + j >= 0 && column + j < width;
          const float *from = input + ((row + i) * width + column + j) * inner + c;
          // Prefetches the pixels of the next tile in the row that this one does not have.
          if (inside && j >= 2) __builtin_prefetch(from + size * inner, 0, 2);
          d[i] = inside ? DVSK_NAME(load)(from) : (dvsk_f16)0.0f;
        }
        if (size == 4) DVSK_NAME(transform_input_6)(d, o); else DVSK_NAME(transform_input_4)(d, o);
        for (int i = 0; i < edge; i++) partial[i][j] = o[i];
      }
      for (int i = 0; i < edge; i++) {
        dvsk_f16 o[6];
        if (size == 4) DVSK_NAME(transform_input_6)(partial[i], o); else DVSK_NAME(transform_input_4)(partial[i], o);
        for (int j = 0; j < edge; j++) {
          const ptrdiff_t offset = (i * edge + j) * left_stride + tile * inner + c;
          if (uses_bfloat16) DVSK_NAME(store_bfloat16s)(left_bfloat16 + offset, o[j]);
          else DVSK_NAME(store)(left + offset, o[j]);
        }
      }
    }
  }
  for (int e = 0; e < edge * edge; e++) {
    if (uses_bfloat16) {
      DVSK_NAME(small_dots)(
        left_bfloat16 + e * left_stride, (const uint16_t *)weights + e * inner * outer,
        result + e * result_stride, rows, inner, outer);
    } else {
      DVSK_NAME(small_product)(
        left + e * left_stride, (const float *)weights + e * inner * outer,
        result + e * result_stride, rows, inner, outer);
    }
  }
  for (ptrdiff_t tile = 0; tile < tile_count; tile++) {
    const ptrdiff_t number = first_tile + tile;
    const ptrdiff_t row = number / per_row * size, column = number % per_row * size;
    for (ptrdiff_t c = 0; c < outer; c += 16) {
      dvsk_f16 partial[4][6];
      for (int j = 0; j < edge; j++) {
        dvsk_f16 m[6], o[4];
        for (int i = 0; i < edge; i++)
          m[i] = DVSK_NAME(load)(result + (i * edge + j) * result_stride + tile * outer + c);
        if (size == 4) DVSK_NAME(transform_output_6)(m, o); else DVSK_NAME(transform_output_4)(m, o);
        for (int i = 0; i < size; i++) partial[i][j] = o[i];
      }
      for (int i = 0; i < size && row + i < height; i++) {
        dvsk_f16 o[4];
        if (size == 4) DVSK_NAME(transform_output_6)(partial[i], o); else DVSK_NAME(transform_output_4)(partial[i], o);
        for (int j = 0; j < size && column + j < width; j++)
          DVSK_NAME(store)(
            output + ((row + i) * width + column + j) * w->output_pixel_stride + c, o[j]);
      }
    }
  }
}

static void DVSK_NAME(winograd)(
  const dvsk_winograd *w, const float *input, const void *weights, float *output,
  ptrdiff_t first_tile, ptrdiff_t tile_count, float *scratch)
{
  if (w->tile_size == 4 && w->uses_bfloat16) {
    DVSK_NAME(winograd_body)(
      w, input, weights, output, first_tile, tile_count, scratch, 4, 1);
  } else if (w->tile_size == 4) {
    DVSK_NAME(winograd_body)(
      w, input, weights, output, first_tile, tile_count, scratch, 4, 0);
  } else if (w->uses_bfloat16) {
    DVSK_NAME(winograd_body)(
      w, input, weights, output, first_tile, tile_count, scratch, 2, 1);
  } else {
    DVSK_NAME(winograd_body)(
      w, input, weights, output, first_tile, tile_count, scratch, 2, 0);
  }
}
