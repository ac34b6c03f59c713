// The first convolution, of numbers of events that are mostly zero; see dvsk.h.
//
// A pixel's neighbourhood is 9 P numbers of P polarities, input k = (row * 3 + column) * P + polarity, in three runs of
// 3 P.

/// The bits of the inputs that are not zero.
DVSK_INLINE uint32_t DVSK_NAME(nonzero)(
  const dvsk_count_image *image, const float *pixel, const int polarities)
{
  const int length = 3 * polarities;
  uint32_t mask = 0;
  for (int run = 0; run < 3; run++) {
    dvsk_f8 counts;
    memcpy(&counts, pixel + run * image->row_stride, sizeof counts);
    const dvsk_b8 truth = __builtin_convertvector(counts != 0.0f, dvsk_b8);
    mask |= (uint32_t)(__builtin_bit_cast(uint8_t, truth) & ((1 << length) - 1)) << (run * length);
  }
  return mask;
}

DVSK_INLINE float DVSK_NAME(count_at)(
  const dvsk_count_image *image, const float *pixel, int k, const int polarities)
{
  return pixel[k / (3 * polarities) * image->row_stride + k % (3 * polarities)];
}

DVSK_INLINE const float *DVSK_NAME(count_pixel)(
  const dvsk_count_image *image, ptrdiff_t step, ptrdiff_t row, ptrdiff_t column,
  const int polarities)
{
  return image->counts + step * image->step_stride + row * image->row_stride
    + column * polarities;
}

/// One pixel's outputs, `count` times 16 channels from `first` on.
DVSK_INLINE void DVSK_NAME(count_block)(
  const dvsk_count_image *image, const float *pixel, uint32_t mask, const float *weights,
  ptrdiff_t channels, float *to, const int count, const int polarities)
{
  dvsk_f16 total[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) total[i] = 0.0f;
  while (mask) {
    const int k = __builtin_ctz(mask);
    mask &= mask - 1;
    const dvsk_f16 value = DVSK_NAME(count_at)(image, pixel, k, polarities);
    const float *from = weights + k * channels;
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++)
      total[i] = DVSK_NAME(fma)(value, DVSK_NAME(load)(from + 16 * i), total[i]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) DVSK_NAME(store)(to + 16 * i, total[i]);
}

DVSK_INLINE void DVSK_NAME(count_forward_body)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *weights,
  ptrdiff_t channels, float *values, const int polarities)
{
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    const float *pixel = DVSK_NAME(count_pixel)(image, t, row, column, polarities);
    const uint32_t mask = DVSK_NAME(nonzero)(image, pixel, polarities);
    float *to = values + t * channels;
    ptrdiff_t first = 0;
    for (; channels - first >= 16 * DVSK_BLOCK; first += 16 * DVSK_BLOCK)
      DVSK_NAME(count_block)(
        image, pixel, mask, weights + first, channels, to + first, DVSK_BLOCK, polarities);
    for (; first < channels; first += 16)
      DVSK_NAME(count_block)(
        image, pixel, mask, weights + first, channels, to + first, 1, polarities);
  }
}

static void DVSK_NAME(count_forward)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *weights,
  ptrdiff_t channels, float *values)
{
  if (image->polarity_count == 2)
    DVSK_NAME(count_forward_body)(image, row, column, weights, channels, values, 2);
  else DVSK_NAME(count_forward_body)(image, row, column, weights, channels, values, 1);
}

DVSK_INLINE void DVSK_NAME(count_moments_body)(
  const dvsk_count_image *image, ptrdiff_t width, ptrdiff_t first_row, ptrdiff_t row_count,
  ptrdiff_t group_stride, double *moments, const int polarities)
{
  const int inputs = 9 * polarities;
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    double *sums = moments + t * group_stride;
    for (ptrdiff_t row = first_row; row < first_row + row_count; row++) {
      for (ptrdiff_t column = 0; column < width; column++) {
        const float *pixel = DVSK_NAME(count_pixel)(image, t, row, column, polarities);
        const uint32_t mask = DVSK_NAME(nonzero)(image, pixel, polarities);
        for (uint32_t outer = mask; outer; outer &= outer - 1) {
          const int i = __builtin_ctz(outer);
          const double value = DVSK_NAME(count_at)(image, pixel, i, polarities);
          sums[inputs * inputs + i] += value;
          for (uint32_t inner = mask; inner; inner &= inner - 1) {
            const int j = __builtin_ctz(inner);
            sums[i * inputs + j] += value * DVSK_NAME(count_at)(image, pixel, j, polarities);
          }
        }
      }
    }
  }
}

static void DVSK_NAME(count_moments)(
  const dvsk_count_image *image, ptrdiff_t width, ptrdiff_t first_row, ptrdiff_t row_count,
  ptrdiff_t group_stride, double *moments)
{
  if (image->polarity_count == 2)
    DVSK_NAME(count_moments_body)(image, width, first_row, row_count, group_stride, moments, 2);
  else DVSK_NAME(count_moments_body)(image, width, first_row, row_count, group_stride, moments, 1);
}

DVSK_INLINE void DVSK_NAME(count_weight_gradient_body)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *gradient,
  ptrdiff_t channels, float *weights, const int polarities)
{
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    const float *pixel = DVSK_NAME(count_pixel)(image, t, row, column, polarities);
    const float *from = gradient + t * channels;
    for (uint32_t mask = DVSK_NAME(nonzero)(image, pixel, polarities); mask; mask &= mask - 1) {
      const int k = __builtin_ctz(mask);
      const dvsk_f16 value = DVSK_NAME(count_at)(image, pixel, k, polarities);
      float *to = weights + k * channels;
      for (ptrdiff_t c = 0; c < channels; c += 16)
        DVSK_NAME(store)(
          to + c,
          DVSK_NAME(fma)(value, DVSK_NAME(load)(from + c), DVSK_NAME(load)(to + c)));
    }
  }
}

static void DVSK_NAME(count_weight_gradient)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *gradient,
  ptrdiff_t channels, float *weights)
{
  if (image->polarity_count == 2)
    DVSK_NAME(count_weight_gradient_body)(image, row, column, gradient, channels, weights, 2);
  else DVSK_NAME(count_weight_gradient_body)(image, row, column, gradient, channels, weights, 1);
}
