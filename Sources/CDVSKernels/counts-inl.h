// The first convolution, of numbers of events that are mostly zero; see dvsk.h.
//
// A place's neighbourhood is 18 numbers, input k = (row * 3 + column) * 2 + polarity, in three runs of six.

/// The bits of the inputs that are not zero.
DVSK_INLINE uint32_t DVSK_NAME(nonzero)(const dvsk_count_image *image, const float *place)
{
  uint32_t mask = 0;
  for (int run = 0; run < 3; run++) {
    dvsk_f8 counts;
    memcpy(&counts, place + run * image->row_stride, sizeof counts);
    const dvsk_b8 truth = __builtin_convertvector(counts != 0.0f, dvsk_b8);
    mask |= (uint32_t)(__builtin_bit_cast(uint8_t, truth) & 63) << (run * 6);
  }
  return mask;
}

DVSK_INLINE float DVSK_NAME(count_at)(const dvsk_count_image *image, const float *place, int k)
{
  return place[k / 6 * image->row_stride + k % 6];
}

/// One place's outputs, `count` times 16 channels from `first` on.
DVSK_INLINE void DVSK_NAME(count_block)(
  const dvsk_count_image *image, const float *place, uint32_t mask, const float *weights,
  ptrdiff_t channels, float *to, const int count)
{
  dvsk_f16 total[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) total[i] = 0.0f;
  while (mask) {
    const int k = __builtin_ctz(mask);
    mask &= mask - 1;
    const dvsk_f16 value = DVSK_NAME(count_at)(image, place, k);
    const float *from = weights + k * channels;
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i++)
      total[i] = DVSK_NAME(fma)(value, DVSK_NAME(load)(from + 16 * i), total[i]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) DVSK_NAME(store)(to + 16 * i, total[i]);
}

static void DVSK_NAME(count_forward)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *weights,
  ptrdiff_t channels, float *values)
{
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    const float *place =
      image->counts + t * image->step_stride + row * image->row_stride + column * 2;
    const uint32_t mask = DVSK_NAME(nonzero)(image, place);
    float *to = values + t * channels;
    ptrdiff_t first = 0;
    for (; channels - first >= 16 * DVSK_BLOCK; first += 16 * DVSK_BLOCK)
      DVSK_NAME(count_block)(
        image, place, mask, weights + first, channels, to + first, DVSK_BLOCK);
    for (; first < channels; first += 16)
      DVSK_NAME(count_block)(image, place, mask, weights + first, channels, to + first, 1);
  }
}

static void DVSK_NAME(count_moments)(
  const dvsk_count_image *image, ptrdiff_t side, ptrdiff_t first_row, ptrdiff_t row_count,
  ptrdiff_t group_stride, double *moments)
{
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    double *sums = moments + t * group_stride;
    for (ptrdiff_t row = first_row; row < first_row + row_count; row++) {
      for (ptrdiff_t column = 0; column < side; column++) {
        const float *place =
          image->counts + t * image->step_stride + row * image->row_stride + column * 2;
        const uint32_t mask = DVSK_NAME(nonzero)(image, place);
        for (uint32_t outer = mask; outer; outer &= outer - 1) {
          const int i = __builtin_ctz(outer);
          const double value = DVSK_NAME(count_at)(image, place, i);
          sums[18 * 18 + i] += value;
          for (uint32_t inner = mask; inner; inner &= inner - 1) {
            const int j = __builtin_ctz(inner);
            sums[i * 18 + j] += value * DVSK_NAME(count_at)(image, place, j);
          }
        }
      }
    }
  }
}

static void DVSK_NAME(count_weight_gradient)(
  const dvsk_count_image *image, ptrdiff_t row, ptrdiff_t column, const float *gradient,
  ptrdiff_t channels, float *weights)
{
  for (ptrdiff_t t = 0; t < image->step_count; t++) {
    const float *place =
      image->counts + t * image->step_stride + row * image->row_stride + column * 2;
    const float *from = gradient + t * channels;
    for (uint32_t mask = DVSK_NAME(nonzero)(image, place); mask; mask &= mask - 1) {
      const int k = __builtin_ctz(mask);
      const dvsk_f16 value = DVSK_NAME(count_at)(image, place, k);
      float *to = weights + k * channels;
      for (ptrdiff_t c = 0; c < channels; c += 16)
        DVSK_NAME(store)(
          to + c,
          DVSK_NAME(fma)(value, DVSK_NAME(load)(from + c), DVSK_NAME(load)(to + c)));
    }
  }
}
