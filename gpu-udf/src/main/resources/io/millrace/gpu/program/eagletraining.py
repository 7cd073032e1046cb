# Training of an EAGLE layer (2401.15077; the third version 2503.01840) on its own outputs: level 0 goes on from the model's
# features, every further level from the outputs of the level before ("training-time test").
#
#   weights    fc, q, k, v, o, gate, up, down, post-attention norm; then VERSION 1: bias of fc; VERSION 3: norms of embedding, of
#              feature and before the head, and the head [scored, hidden]
# Features are final hidden states, or in VERSION 3 three others and the last residual stream, side by side.
class EagleTraining(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
INCLUDE training
  def rotate(self: __torch__.EagleTraining, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    half = torch.floordiv(HEAD_SIZE, 2)
    low = torch.slice(x, 2, 0, half)
    high = torch.slice(x, 2, half, HEAD_SIZE)
    return torch.cat([torch.sub(torch.mul(low, cosines), torch.mul(high, sines)), torch.add(torch.mul(high, cosines), torch.mul(low, sines))], 2)
  # The model's final hidden states.
  def final(self: __torch__.EagleTraining, frozen: List[Tensor], features: Tensor) -> Tensor:
    if torch.eq(VERSION, 3):
      hidden = frozen[5].size(0)
      last = torch.slice(features, 1, torch.mul(hidden, 3), torch.mul(hidden, 4))
      return torch.rms_norm(last, [hidden], frozen[5], EPSILON)
    return features
  # The residual stream into the layer, and what attention reads: as in eagle.py.
  def inputs(self: __torch__.EagleTraining, weights: List[Tensor], e: Tensor, f: Tensor) -> Tuple[Tensor, Tensor]:
    if torch.eq(VERSION, 3):
      normed = torch.rms_norm(e, [e.size(1)], weights[9], EPSILON)
      h = torch.rms_norm(f, [f.size(1)], weights[10], EPSILON)
      result = (f, torch.cat([normed, h], 1))
    else:
      x = torch.add((self).product(torch.cat([e, f], 1), weights[0], ), weights[9])
      result = (x, x)
    return result
  # Outputs of every level, each [tokens, hidden]. At level s the query of row i sees true rows up to i - s, and of the rows that
  # its chain has drafted since then the ones of level 1 (row i - s + 1) to s (itself). Rows nearer than s to the beginning of
  # their exchange have no such chain: what they hold is never counted.
  def unroll(self: __torch__.EagleTraining, weights: List[Tensor], frozen: List[Tensor], data: List[Tensor], levels: int) -> List[Tensor]:
    offsets = data[2]
    count = offsets.size(0)
    e = torch.embedding(frozen[2], torch.roll(data[0], [-1], [0]))
    cosines = torch.unsqueeze(torch.index_select(frozen[3], 0, offsets), 1)
    sines = torch.unsqueeze(torch.index_select(frozen[4], 0, offsets), 1)
    others = torch.ne(torch.unsqueeze(data[1], 1), torch.unsqueeze(data[1], 0))
    distance = torch.sub(torch.unsqueeze(offsets, 1), torch.unsqueeze(offsets, 0))
    grouped = torch.floordiv(QUERY_HEADS, KEY_HEADS)
    scale = torch.div(1., torch.sqrt(HEAD_SIZE))
    f = data[3]
    if torch.eq(VERSION, 3):
      f = (self).product(torch.slice(f, 1, 0, torch.mul(frozen[5].size(0), 3)), weights[0], )
    keys = annotate(List[Tensor], [])
    values = annotate(List[Tensor], [])
    outputs = annotate(List[Tensor], [])
    for level in range(levels):
      x, h = (self).inputs(weights, e, f, )
      q = (self).rotate(torch.view((self).product(h, weights[1], ), [count, QUERY_HEADS, HEAD_SIZE]), cosines, sines, )
      k = (self).rotate(torch.view((self).product(h, weights[2], ), [count, KEY_HEADS, HEAD_SIZE]), cosines, sines, )
      v = torch.view((self).product(h, weights[3], ), [count, KEY_HEADS, HEAD_SIZE])
      _0 = torch.append(keys, torch.repeat_interleave(k, grouped, 1))
      _1 = torch.append(values, torch.repeat_interleave(v, grouped, 1))
      hidden = torch.logical_or(others, torch.lt(distance, level))
      true = torch.mul(torch.bmm(torch.transpose(q, 0, 1), torch.permute(keys[0], [1, 2, 0])), scale)
      scores = annotate(List[Tensor], [torch.add(true, torch.mul(torch.to(hidden, 6), -1.0e30))])
      for m in range(level):
        back = torch.sub(torch.sub(level, m), 1)
        drafted = torch.roll(keys[torch.add(m, 1)], [back], [0])
        score = torch.mul(torch.sum(torch.mul(q, drafted), [2], False), scale)
        _2 = torch.append(scores, torch.unsqueeze(torch.transpose(score, 0, 1), 2))
      p = torch.softmax(torch.cat(scores, 2), -1, None)
      a = torch.bmm(torch.slice(p, 2, 0, count), torch.transpose(values[0], 0, 1))
      for m in range(level):
        back = torch.sub(torch.sub(level, m), 1)
        drafted = torch.transpose(torch.roll(values[torch.add(m, 1)], [back], [0]), 0, 1)
        at = torch.add(count, m)
        a = torch.add(a, torch.mul(torch.slice(p, 2, at, torch.add(at, 1)), drafted))
      a = torch.reshape(torch.transpose(a, 0, 1), [count, torch.mul(QUERY_HEADS, HEAD_SIZE)])
      y = torch.add(x, (self).product(a, weights[4], ))
      z = torch.rms_norm(y, [y.size(1)], weights[8], EPSILON)
      z = torch.mul(torch.silu((self).product(z, weights[5], )), (self).product(z, weights[6], ))
      g = torch.add(y, (self).product(z, weights[7], ))
      _3 = torch.append(outputs, g)
      f = torch.roll(g, [1], [0])
    return outputs
  def score(self: __torch__.EagleTraining, weights: List[Tensor], frozen: List[Tensor], g: Tensor) -> Tensor:
    if torch.eq(VERSION, 3):
      return (self).product(torch.rms_norm(g, [g.size(1)], weights[11], EPSILON), weights[12], )
    return (self).product(g, frozen[0], )
  # What is minimised, and the cross-entropy of each level [DEPTH]. VERSION 1 also wants its outputs to be the model's features.
  def loss(self: __torch__.EagleTraining, weights: List[Tensor], frozen: List[Tensor], data: List[Tensor]) -> Tuple[Tensor, Tensor]:
    rows = (self).scored(frozen, data, )
    places = (self).wanted(frozen, data, rows, )
    final = (self).final(frozen, data[3], )
    taught = (self).teacher(frozen, final, rows, )
    aim = torch.index_select(final, 0, torch.add(rows, 1))
    spread = torch.clamp(torch.std(aim), 1.0e-6, None)
    outputs = (self).unroll(weights, frozen, data, DEPTH, )
    entropies = annotate(List[Tensor], [])
    losses = annotate(List[Tensor], [])
    for level in range(DEPTH):
      g = torch.index_select(outputs[level], 0, rows)
      counted = (self).begun(data, rows, level, )
      entropy = (self).entropy((self).score(weights, frozen, g, ), taught, places, counted, )
      _0 = torch.append(entropies, entropy)
      if torch.eq(VERSION, 1):
        distance = torch.smooth_l1_loss(torch.div(g, spread), torch.div(aim, spread), 0, 1.)
        distance = torch.sum(torch.mul(torch.mean(distance, [1], False), counted))
        entropy = torch.add(entropy, torch.div(distance, torch.clamp(torch.sum(counted), 1., None)))
      _1 = torch.append(losses, entropy)
    return ((self).summed(losses, ), torch.detach(torch.stack(entropies, 0)))
  # Per level and row 1 where the guess is the token that followed: float32 [levels, rows].
  def matches(self: __torch__.EagleTraining, weights: List[Tensor], frozen: List[Tensor], data: List[Tensor], levels: int) -> Tensor:
    places = (self).wanted(frozen, data, data[4], )
    outputs = (self).unroll(weights, frozen, data, levels, )
    result = annotate(List[Tensor], [])
    for level in range(levels):
      g = torch.index_select(outputs[level], 0, data[4])
      _0 = torch.append(result, (self).hits((self).score(weights, frozen, g, ), places, (self).begun(data, data[4], level, ), ))
    return torch.stack(result, 0)
