// The equations of neurons, for vectors of 16 neurons; see dvsk.h. All loops over neurons use these functions.
//
// Source: Fang et al., ICCV 2021, equations 1 to 4 and 7; SpikingJelly 2.0.0, neuron/lif.py and surrogate.py.

/// k times a value: LIF divides by tau = 1 / k, PLIF multiplies by k.
DVSK_INLINE dvsk_f16 DVSK_NAME(leaked)(dvsk_f16 value, const dvsk_neuron *n, const int divides)
{
  return divides ? value / n->tau : value * n->k;
}

/// The membrane after the input, before the reset.
DVSK_INLINE dvsk_f16 DVSK_NAME(charged)(
  dvsk_f16 before, dvsk_f16 input, const dvsk_neuron *n, const int divides, const int decays)
{
  const dvsk_f16 decayed = before - n->reset;
  return decays ? before + DVSK_NAME(leaked)(input - decayed, n, divides)
                : before - DVSK_NAME(leaked)(decayed, n, divides) + input;
}

/// Which neurons fire: all bits of their lanes are set.
DVSK_INLINE dvsk_i16 DVSK_NAME(fires)(dvsk_f16 charge, const dvsk_neuron *n)
{
  return charge >= n->threshold;
}

/// The membrane after the reset.
DVSK_INLINE dvsk_f16 DVSK_NAME(reset)(
  dvsk_f16 charge, dvsk_i16 fires, const dvsk_neuron *n, const int soft)
{
  const dvsk_f16 after = soft ? charge - n->threshold : (dvsk_f16)n->reset;
  return fires ? after : charge;
}

/// The derivative of the surrogate, which is used in place of the spike's.
DVSK_INLINE dvsk_f16 DVSK_NAME(surrogate)(
  dvsk_f16 charge, const dvsk_neuron *n, const dvsk_surrogate kind)
{
  const dvsk_f16 u = charge - n->threshold;
  const float alpha = n->alpha;
  if (kind == DVSK_ATAN) {
    const dvsk_f16 scaled = (float)(3.14159265358979323846 / 2 * (double)alpha) * u;
    return (alpha / 2) / (1 + scaled * scaled);
  }
  if (kind == DVSK_SIGMOID) {
    const dvsk_f16 sigma = DVSK_NAME(logistic)(alpha * u);
    return alpha * sigma * (1 - sigma);
  }
  // DVSK_PIECEWISE_QUADRATIC: max(0, alpha - alpha^2 |u|).
  const dvsk_f16 size = u < 0.0f ? -u : u;
  const dvsk_f16 value = alpha - alpha * alpha * size;
  return value > 0.0f ? value : (dvsk_f16)0.0f;
}

/// The derivative of the membrane after the reset with respect to the charge.
///
/// `derivative` is that of the surrogate. It is used only if the reset is not detached.
DVSK_INLINE dvsk_f16 DVSK_NAME(reset_derivative)(
  dvsk_f16 charge, dvsk_i16 fires, dvsk_f16 derivative, const dvsk_neuron *n, const int soft,
  const int detaches)
{
  if (soft) return detaches ? (dvsk_f16)1.0f : 1.0f - n->threshold * derivative;
  const dvsk_f16 kept = fires ? (dvsk_f16)0.0f : (dvsk_f16)1.0f;
  return detaches ? kept : kept + (n->reset - charge) * derivative;
}

/// The derivative of the charge with respect to k; `before` is the membrane before the charge.
DVSK_INLINE dvsk_f16 DVSK_NAME(leak_derivative)(
  dvsk_f16 before, dvsk_f16 input, const dvsk_neuron *n, const int decays)
{
  const dvsk_f16 decayed = before - n->reset;
  return decays ? input - decayed : -decayed;
}

/// Whether neurons are like those of the default network, for which loops have specialized code; the forward pass depends on
/// fewer settings.
DVSK_INLINE int DVSK_NAME(is_default_forward)(const dvsk_neuron *n)
{
  return !n->divides && n->decays_input && !n->is_soft;
}

DVSK_INLINE int DVSK_NAME(is_default)(const dvsk_neuron *n)
{
  return DVSK_NAME(is_default_forward)(n) && n->detaches_reset && n->surrogate == DVSK_ATAN;
}
