// 2x2 pooling of spikes, and counts of them; see dvsk.h.

static void DVSK_NAME(pool_forward)(
  int sums, ptrdiff_t step_count, ptrdiff_t channel_count, const uint8_t *restrict spikes,
  uint8_t *restrict pooled, ptrdiff_t pooled_stride)
{
  const ptrdiff_t site = step_count * channel_count;
  for (ptrdiff_t t = 0; t < step_count; t++) {
    const uint8_t *restrict s = spikes + t * channel_count;
    uint8_t *restrict p = pooled + t * pooled_stride;
    if (sums) {
      for (ptrdiff_t c = 0; c < channel_count; c++)
        p[c] = s[c] + s[c + site] + s[c + 2 * site] + s[c + 3 * site];
    } else {
      for (ptrdiff_t c = 0; c < channel_count; c++)
        p[c] = s[c] | s[c + site] | s[c + 2 * site] | s[c + 3 * site];
    }
  }
}

static void DVSK_NAME(pool_backward)(
  int sums, ptrdiff_t step_count, ptrdiff_t channel_count, const uint8_t *restrict spikes,
  const float *restrict pooled_gradient, ptrdiff_t pooled_stride, float *restrict gradient)
{
  const ptrdiff_t site = step_count * channel_count;
  for (ptrdiff_t t = 0; t < step_count; t++) {
    const uint8_t *restrict s = spikes + t * channel_count;
    const float *restrict p = pooled_gradient + t * pooled_stride;
    float *restrict g = gradient + t * channel_count;
    if (sums) {
      for (ptrdiff_t c = 0; c < channel_count; c++) {
        const float quarter = p[c] / 4;
        g[c] = quarter;
        g[c + site] = quarter;
        g[c + 2 * site] = quarter;
        g[c + 3 * site] = quarter;
      }
    } else {
      for (ptrdiff_t c = 0; c < channel_count; c++) {
        const int first = s[c] != 0, second = s[c + site] != 0, third = s[c + 2 * site] != 0;
        const int fourth = s[c + 3 * site] != 0;
        // Where none has fired, all are equal, and the first gets the gradient.
        const int second_wins = (first == 0) & second;
        const int third_wins = ((first | second) == 0) & third;
        const int fourth_wins = ((first | second | third) == 0) & fourth;
        g[c] = (second_wins | third_wins | fourth_wins) == 0 ? p[c] : 0;
        g[c + site] = second_wins ? p[c] : 0;
        g[c + 2 * site] = third_wins ? p[c] : 0;
        g[c + 3 * site] = fourth_wins ? p[c] : 0;
      }
    }
  }
}

static void DVSK_NAME(count_spikes)(
  ptrdiff_t row_count, ptrdiff_t channel_count, const uint8_t *restrict spikes,
  int32_t *restrict counts)
{
  for (ptrdiff_t row = 0; row < row_count; row++) {
    for (ptrdiff_t c = 0; c < channel_count; c++) counts[c] += spikes[row * channel_count + c];
  }
}
