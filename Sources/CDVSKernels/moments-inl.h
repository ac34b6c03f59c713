// Sums over rows for batch norm, and its backward pass; see dvsk.h.

static void DVSK_NAME(add_moments)(
  ptrdiff_t row_count, ptrdiff_t channel_count, const float *restrict x, double *restrict sums,
  double *restrict squares)
{
  for (ptrdiff_t row = 0; row < row_count; row++) {
    for (ptrdiff_t c = 0; c < channel_count; c++) {
      const double value = x[row * channel_count + c];
      sums[c] += value;
      squares[c] += value * value;
    }
  }
}

static void DVSK_NAME(add_products)(
  ptrdiff_t row_count, ptrdiff_t channel_count, const float *restrict gradient,
  const float *restrict x, ptrdiff_t input_stride, double *restrict sums,
  double *restrict products)
{
  for (ptrdiff_t row = 0; row < row_count; row++) {
    for (ptrdiff_t c = 0; c < channel_count; c++) {
      const double value = gradient[row * channel_count + c];
      sums[c] += value;
      products[c] += value * x[row * input_stride + c];
    }
  }
}

static inline float DVSK_NAME(bfloat16)(float value)
{
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t is_finite = (bits & 0x7f800000u) != 0x7f800000u;
  const uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) & 0xffff0000u;
  bits = is_finite ? rounded : bits;
  memcpy(&value, &bits, sizeof bits);
  return value;
}

static void DVSK_NAME(norm_backward)(
  ptrdiff_t row_count, ptrdiff_t channel_count, float *restrict gradient, const float *restrict x,
  const float *restrict a, const float *restrict b, const float *restrict offset, int rounds)
{
  for (ptrdiff_t row = 0; row < row_count; row++) {
    float *restrict g = gradient + row * channel_count;
    const float *restrict y = x + row * channel_count;
    for (ptrdiff_t c = 0; c < channel_count; c++) g[c] = g[c] * a[c] + (y[c] * b[c] + offset[c]);
    if (rounds) {
      for (ptrdiff_t c = 0; c < channel_count; c++) g[c] = DVSK_NAME(bfloat16)(g[c]);
    }
  }
}

static void DVSK_NAME(round_to_bfloat16)(float *values, ptrdiff_t count)
{
  for (ptrdiff_t i = 0; i < count; i++) values[i] = DVSK_NAME(bfloat16)(values[i]);
}
