// Neurons over time; see dvsk.h. The variants are made by inlining one body with constant flags.

static inline __attribute__((always_inline)) float DVSK_NAME(leak)(
  float value, float tau, float k, const int divides)
{
  return divides ? value / tau : value * k;
}

static inline __attribute__((always_inline)) void DVSK_NAME(forward_body)(
  const dvsk_neuron *neuron, dvsk_steps steps, const float *restrict input,
  const float *restrict scale, const float *restrict shift, float *restrict charged,
  uint8_t *restrict spikes, float *restrict membrane, const int divides, const int decays,
  const int soft)
{
  const float tau = neuron->tau, k = neuron->k, threshold = neuron->threshold;
  const float reset = neuron->reset;
  const ptrdiff_t count = steps.channel_count;
  for (ptrdiff_t c = 0; c < count; c++) membrane[c] = reset;
  for (ptrdiff_t t = 0; t < steps.step_count; t++) {
    const float *restrict x = input + t * steps.input_stride;
    float *restrict h = charged + t * count;
    uint8_t *restrict s = spikes + t * count;
    if (scale) {
      const float *restrict a = scale + t * steps.norm_stride;
      const float *restrict b = shift + t * steps.norm_stride;
      for (ptrdiff_t c = 0; c < count; c++) h[c] = x[c] * a[c] + b[c];
    } else {
      for (ptrdiff_t c = 0; c < count; c++) h[c] = x[c];
    }
    for (ptrdiff_t c = 0; c < count; c++) {
      const float before = membrane[c];
      const float decayed = before - reset;
      const float charge = decays
        ? before + DVSK_NAME(leak)(h[c] - decayed, tau, k, divides)
        : before - DVSK_NAME(leak)(decayed, tau, k, divides) + h[c];
      const int fires = charge - threshold >= 0;
      h[c] = charge;
      membrane[c] = fires ? (soft ? charge - threshold : reset) : charge;
    }
    for (ptrdiff_t c = 0; c < count; c++) s[c] = h[c] - threshold >= 0;
  }
}

static inline __attribute__((always_inline)) float DVSK_NAME(surrogate)(
  float u, const dvsk_surrogate kind, float alpha)
{
  if (kind == DVSK_ATAN) {
    const float scaled = (float)(3.14159265358979323846 / 2 * (double)alpha) * u;
    return (alpha / 2) / (1 + scaled * scaled);
  }
  if (kind == DVSK_SIGMOID) {
    const float sigma = 1 / (1 + expf(-alpha * u));
    return alpha * sigma * (1 - sigma);
  }
  const float value = alpha - alpha * alpha * fabsf(u);
  return value > 0 ? value : 0;
}

static inline __attribute__((always_inline)) void DVSK_NAME(backward_body)(
  const dvsk_neuron *neuron, dvsk_steps steps, const float *restrict charged,
  float *restrict gradient, float *restrict membrane, const int divides, const int decays,
  const int soft, const int detaches, const dvsk_surrogate kind)
{
  const float tau = neuron->tau, k = neuron->k, threshold = neuron->threshold;
  const float reset = neuron->reset, alpha = neuron->alpha;
  const ptrdiff_t count = steps.channel_count;
  for (ptrdiff_t c = 0; c < count; c++) membrane[c] = 0;
  for (ptrdiff_t t = steps.step_count - 1; t >= 0; t--) {
    const float *restrict h = charged + t * count;
    float *restrict g = gradient + t * count;
    for (ptrdiff_t c = 0; c < count; c++) {
      const float u = h[c] - threshold;
      const float derivative = DVSK_NAME(surrogate)(u, kind, alpha);
      const float kept = u >= 0 ? 0.0f : 1.0f;
      const float through = soft
        ? (detaches ? 1.0f : 1.0f - threshold * derivative)
        : (detaches ? kept : kept + (reset - h[c]) * derivative);
      const float by_charge = g[c] * derivative + membrane[c] * through;
      const float leaked = DVSK_NAME(leak)(by_charge, tau, k, divides);
      g[c] = decays ? leaked : by_charge;
      membrane[c] = by_charge - leaked;
    }
  }
}

/// The sum that the gradient by w is made of, from the gradients by the normalized input.
static void DVSK_NAME(add_weight_sum)(
  const dvsk_neuron *neuron, dvsk_steps steps, const float *restrict input,
  const float *restrict scale, const float *restrict shift, const float *restrict charged,
  const float *restrict gradient, double *restrict weight_sum)
{
  const ptrdiff_t count = steps.channel_count;
  for (ptrdiff_t t = 0; t < steps.step_count; t++) {
    for (ptrdiff_t c = 0; c < count; c++) {
      float before = neuron->reset;
      if (t > 0) {
        const float h = charged[(t - 1) * count + c];
        before = h - neuron->threshold >= 0
          ? (neuron->is_soft ? h - neuron->threshold : neuron->reset) : h;
      }
      const float decayed = before - neuron->reset;
      float x = input[t * steps.input_stride + c];
      if (scale) x = x * scale[t * steps.norm_stride + c] + shift[t * steps.norm_stride + c];
      // The gradient by the charge: the input's was multiplied by k.
      float by_charge = gradient[t * count + c];
      if (neuron->decays_input) by_charge = by_charge / neuron->k;
      weight_sum[c] += (double)by_charge * (neuron->decays_input ? x - decayed : -decayed);
    }
  }
}

#define DVSK_FLAGS(divides, decays, soft) ((divides) | (decays) << 1 | (soft) << 2)

static void DVSK_NAME(neuron_forward)(
  const dvsk_neuron *neuron, dvsk_steps steps, const float *input, const float *scale,
  const float *shift, float *charged, uint8_t *spikes, float *membrane)
{
#define DVSK_CASE(divides, decays, soft)                                                        \
  case DVSK_FLAGS(divides, decays, soft):                                                       \
    DVSK_NAME(forward_body)(neuron, steps, input, scale, shift, charged, spikes, membrane,       \
                            divides, decays, soft);                                             \
    break;
  switch (DVSK_FLAGS(!!neuron->divides, !!neuron->decays_input, !!neuron->is_soft)) {
    DVSK_CASE(0, 0, 0) DVSK_CASE(1, 0, 0) DVSK_CASE(0, 1, 0) DVSK_CASE(1, 1, 0)
    DVSK_CASE(0, 0, 1) DVSK_CASE(1, 0, 1) DVSK_CASE(0, 1, 1) DVSK_CASE(1, 1, 1)
  }
#undef DVSK_CASE
}

static void DVSK_NAME(neuron_backward)(
  const dvsk_neuron *neuron, dvsk_steps steps, const float *input, const float *scale,
  const float *shift, const float *charged, float *gradient, float *membrane, double *weight_sum)
{
  // Everything but the surrogate is told apart once; rare settings share one body with run-time flags.
  const int common = !neuron->divides && neuron->decays_input && !neuron->is_soft
    && neuron->detaches_reset && neuron->surrogate == DVSK_ATAN;
  if (common) {
    DVSK_NAME(backward_body)(neuron, steps, charged, gradient, membrane, 0, 1, 0, 1, DVSK_ATAN);
  } else {
    DVSK_NAME(backward_body)(
      neuron, steps, charged, gradient, membrane, neuron->divides, neuron->decays_input,
      neuron->is_soft, neuron->detaches_reset, neuron->surrogate);
  }
  if (weight_sum) {
    DVSK_NAME(add_weight_sum)(
      neuron, steps, input, scale, shift, charged, gradient, weight_sum);
  }
}

#undef DVSK_FLAGS
