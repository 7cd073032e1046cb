# A Llama-family decoder over a paged KV pool, one call per engine step.
#
# Dialect: TorchScript as libtorch serialises it, so every argument is spelled out. dtype codes: 3 int32, 4 int64,
# 6 float32, 7 float64, 12 qint8, 15 bfloat16. The words in capitals are WeightFormat's to fill in.
#
# Flat rows: the tokens of all sequences of the step, ordered by query group. A group is `sequences` x `queries` rows whose
# sequences attend to the same number of pool blocks; shorter contexts are padded with block 0 and masked.
#
#   tokens, positions, slots  [rows]       token id, position in its sequence, pool slot its key and value go to
#   queries                   [groups]     queries per sequence of each group
#   tables                    [groups] of [sequences, blocks]   pool blocks of each sequence, in order
#   outputs                   [outputs]    the rows whose logits are wanted
#   weights                   embedding, final norm, cosines and sines [positions, head/2], then 8 per layer: input norm,
#                             post-attention norm, biases of qkv, o, gate-up, down, norms of q and k (empty where absent)
#   matrices                  4 per layer: qkv, o, gate-up, down; then the head
#   keys, values              per layer [blocks, kv heads, block, head]
#   shape                     heads, kv heads, head, biases of qkv / o / mlp (0 or 1), norms of q and k (0 or 1)
#   windows                   per layer, how many positions back a query sees; 0 for all
class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def no_matrices(self: __torch__.Decoder) -> List[MATRIX]:
    return annotate(List[MATRIX], [])
  # Appends a [out, in] float32 matrix in the engine's weight format.
  def add_matrix(self: __torch__.Decoder, matrices: List[MATRIX], w: Tensor) -> int:
PACK
    _0 = torch.append(matrices, packed)
    return len(matrices)
  def cast(self: __torch__.Decoder, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)
  def zeros(self: __torch__.Decoder, like: Tensor, size: List[int], dtype: int) -> Tensor:
    return torch.zeros(size, dtype=dtype, layout=None, device=ops.prim.device(like), pin_memory=None)
  # For memory that is known to be zero already: nothing is written, so nothing becomes resident.
  def untouched(self: __torch__.Decoder, like: Tensor, size: List[int], dtype: int) -> Tensor:
    return torch.empty(size, dtype=dtype, layout=None, device=ops.prim.device(like), pin_memory=None, memory_format=None)
  # Writes rows [first, first + rows of the chunk) of a matrix: large ones arrive in pieces.
  def put_rows(self: __torch__.Decoder, target: Tensor, first: int, chunk: Tensor) -> int:
    _0 = torch.copy_(torch.slice(target, 0, first, torch.add(first, chunk.size(0))), chunk, False)
    return 0
  # Copies whole blocks inside the pool: copy on write.
  def copy_blocks(self: __torch__.Decoder, keys: List[Tensor], values: List[Tensor], sources: Tensor, targets: Tensor) -> int:
    for i in range(len(keys)):
      _0 = torch.index_copy_(keys[i], 0, targets, torch.index_select(keys[i], 0, sources))
      _1 = torch.index_copy_(values[i], 0, targets, torch.index_select(values[i], 0, sources))
    return 0
  def linear(self: __torch__.Decoder, x: Tensor, w: MATRIX) -> Tensor:
LINEAR
  # The product behind the gated activation, the one place where single values of a row can be hundreds of times its mean
  # (massive activations, Sun et al. 2024: the first token of a text has them).
  def linear_down(self: __torch__.Decoder, x: Tensor, w: MATRIX) -> Tensor:
DOWN
  # Additive mask of one group, float32 [sequences, 1, grouped heads * queries, context].
  def mask(self: __torch__.Decoder, positions: Tensor, context: int, grouped: int, window: int) -> Tensor:
    sequences = positions.size(0)
    queries = positions.size(1)
    query = torch.view(positions, [sequences, 1, 1, queries, 1])
    key = torch.arange(context, dtype=4, layout=None, device=ops.prim.device(positions), pin_memory=None)
    hidden = torch.gt(key, query)
    if torch.gt(window, 0):
      hidden = torch.logical_or(hidden, torch.le(key, query - window))
    mask = torch.mul(torch.to(hidden, 6), -1.0e30)
    mask = torch.expand(mask, [sequences, 1, grouped, queries, context])
    return torch.reshape(mask, [sequences, 1, torch.mul(grouped, queries), context])
  # Few queries per sequence (decoding, verifying): a batched product per block, read in the pool's own layout. On a CPU
  # 2-4 x faster than the fused kernel, which works through one sequence and head at a time.
  def attend_blocks(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, owners: Tensor, blocks: int, scale: float) -> Tensor:
    sequences = q.size(0)
    kv_heads = q.size(1)
    rows = q.size(2)
    head = q.size(3)
    block = k.size(2)
    pairs = torch.mul(torch.mul(sequences, blocks), kv_heads)
    context = torch.mul(blocks, block)
    per_block = torch.index_select(torch.view(q, [sequences, -1]), 0, owners)
    scores = torch.bmm(torch.view(per_block, [pairs, rows, head]), torch.transpose(torch.view(k, [pairs, block, head]), 1, 2))
    scores = torch.permute(torch.view(scores, [sequences, blocks, kv_heads, rows, block]), [0, 2, 3, 1, 4])
    scores = torch.reshape(scores, [sequences, kv_heads, rows, context])
    p = torch.softmax(torch.add(mask, torch.to(scores, 6), alpha=scale), -1, None)
    p = torch.permute(torch.view(torch.to(p, v.dtype), [sequences, kv_heads, rows, blocks, block]), [0, 3, 1, 2, 4])
    parts = torch.bmm(torch.reshape(p, [pairs, rows, block]), torch.view(v, [pairs, block, head]))
    summed = torch.sum(torch.view(parts, [sequences, blocks, -1]), [1], False, dtype=6)
    return torch.view(summed, [sequences, kv_heads, rows, head])
  # Many queries per sequence (prefill): the fused kernel over keys brought into sequence order.
  def attend_sequence(self: __torch__.Decoder, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, blocks: int) -> Tensor:
    sequences = q.size(0)
    kv_heads = q.size(1)
    head = q.size(3)
    block = k.size(2)
    context = torch.mul(blocks, block)
    k = torch.reshape(torch.transpose(torch.view(k, [sequences, blocks, kv_heads, block, head]), 1, 2), [sequences, kv_heads, context, head])
    v = torch.reshape(torch.transpose(torch.view(v, [sequences, blocks, kv_heads, block, head]), 1, 2), [sequences, kv_heads, context, head])
    return torch.scaled_dot_product_attention(q, k, v, torch.to(mask, q.dtype), 0., False, scale=None, enable_gqa=False)
  # Float32 logits [outputs, vocabulary].
  def step(self: __torch__.Decoder, tokens: Tensor, positions: Tensor, slots: Tensor, queries: List[int], tables: List[Tensor], outputs: Tensor, weights: List[Tensor], matrices: List[MATRIX], keys: List[Tensor], values: List[Tensor], shape: List[int], windows: List[int], epsilon: float) -> Tensor:
    heads = shape[0]
    kv_heads = shape[1]
    head = shape[2]
    grouped = torch.floordiv(heads, kv_heads)
    half = torch.floordiv(head, 2)
    rows = tokens.size(0)
    layers = len(keys)
    block = keys[0].size(2)
    kv_dtype = keys[0].dtype
    device = ops.prim.device(tokens)
    scale = torch.div(1., torch.sqrt(head))
    rotated = torch.add(heads, kv_heads)
    all_heads = torch.add(rotated, kv_heads)
    cosines = torch.unsqueeze(torch.index_select(weights[2], 0, positions), 1)
    sines = torch.unsqueeze(torch.index_select(weights[3], 0, positions), 1)
    pool_block = torch.floor_divide(slots, block)
    offset = torch.sub(slots, torch.mul(pool_block, block))
    kv_head = torch.arange(kv_heads, dtype=4, layout=None, device=device, pin_memory=None)
    kv_rows = torch.add(torch.unsqueeze(torch.mul(pool_block, kv_heads), 1), kv_head)
    kv_rows = torch.reshape(torch.add(torch.mul(kv_rows, block), torch.unsqueeze(offset, 1)), [-1])
    window = 0
    for i in range(layers):
      window = ops.prim.max(window, windows[i])
    full_masks = annotate(List[Tensor], [])
    window_masks = annotate(List[Tensor], [])
    pool_blocks = annotate(List[Tensor], [])
    owners = annotate(List[Tensor], [])
    start = 0
    for j in range(len(queries)):
      table = tables[j]
      sequences = table.size(0)
      blocks = table.size(1)
      end = torch.add(start, torch.mul(sequences, queries[j]))
      group_positions = torch.view(torch.slice(positions, 0, start, end), [sequences, queries[j]])
      start = end
      _0 = torch.append(full_masks, (self).mask(group_positions, torch.mul(blocks, block), grouped, 0, ))
      if torch.gt(window, 0):
        _1 = torch.append(window_masks, (self).mask(group_positions, torch.mul(blocks, block), grouped, window, ))
      _2 = torch.append(pool_blocks, torch.reshape(table, [-1]))
      owner = torch.unsqueeze(torch.arange(sequences, dtype=4, layout=None, device=device, pin_memory=None), 1)
      _3 = torch.append(owners, torch.reshape(torch.expand(owner, [sequences, blocks]), [-1]))
    x = torch.to(torch.embedding(weights[0], tokens), 6)
    for i in range(layers):
      w = torch.add(4, torch.mul(i, 8))
      m = torch.mul(i, 4)
      qkv = (self).linear(torch.rms_norm(x, [x.size(1)], weights[w], epsilon), matrices[m], )
      if torch.eq(shape[3], 1):
        qkv = torch.add(qkv, weights[torch.add(w, 2)])
      qkv = torch.view(qkv, [rows, all_heads, head])
      qk = torch.slice(qkv, 1, 0, rotated)
      if torch.eq(shape[6], 1):
        q_normed = torch.rms_norm(torch.slice(qk, 1, 0, heads), [head], weights[torch.add(w, 6)], epsilon)
        k_normed = torch.rms_norm(torch.slice(qk, 1, heads, rotated), [head], weights[torch.add(w, 7)], epsilon)
        qk = torch.cat([q_normed, k_normed], 1)
      low = torch.slice(qk, 2, 0, half)
      high = torch.slice(qk, 2, half, head)
      qk = torch.cat([torch.sub(torch.mul(low, cosines), torch.mul(high, sines)), torch.add(torch.mul(high, cosines), torch.mul(low, sines))], 2)
      qk = torch.to(qk, kv_dtype)
      new_k = torch.reshape(torch.slice(qk, 1, heads, rotated), [-1, head])
      new_v = torch.to(torch.reshape(torch.slice(qkv, 1, rotated, all_heads), [-1, head]), kv_dtype)
      _4 = torch.index_copy_(torch.view(keys[i], [-1, head]), 0, kv_rows, new_k)
      _5 = torch.index_copy_(torch.view(values[i], [-1, head]), 0, kv_rows, new_v)
      attended = annotate(List[Tensor], [])
      start = 0
      for j in range(len(queries)):
        t = queries[j]
        sequences = tables[j].size(0)
        blocks = tables[j].size(1)
        end = torch.add(start, torch.mul(sequences, t))
        q = torch.view(torch.slice(torch.slice(qk, 1, 0, heads), 0, start, end), [sequences, t, kv_heads, grouped, head])
        q = torch.reshape(torch.permute(q, [0, 2, 3, 1, 4]), [sequences, kv_heads, torch.mul(grouped, t), head])
        start = end
        k = torch.index_select(keys[i], 0, pool_blocks[j])
        v = torch.index_select(values[i], 0, pool_blocks[j])
        mask = full_masks[j]
        if torch.gt(windows[i], 0):
          mask = window_masks[j]
        if torch.le(t, 16):
          a = (self).attend_blocks(q, k, v, mask, owners[j], blocks, scale, )
        else:
          a = torch.to((self).attend_sequence(q, k, v, mask, blocks, ), 6)
        a = torch.permute(torch.view(a, [sequences, kv_heads, grouped, t, head]), [0, 3, 1, 2, 4])
        _6 = torch.append(attended, torch.reshape(a, [torch.mul(sequences, t), torch.mul(heads, head)]))
      if torch.eq(len(attended), 1):
        a = attended[0]
      else:
        a = torch.cat(attended, 0)
      y = (self).linear(a, matrices[torch.add(m, 1)], )
      if torch.eq(shape[4], 1):
        y = torch.add(y, weights[torch.add(w, 3)])
      x = torch.add(x, y)
      y = (self).linear(torch.rms_norm(x, [x.size(1)], weights[torch.add(w, 1)], epsilon), matrices[torch.add(m, 2)], )
      if torch.eq(shape[5], 1):
        y = torch.add(y, weights[torch.add(w, 4)])
      inner = torch.floordiv(y.size(1), 2)
      y = torch.mul(torch.silu(torch.slice(y, 1, 0, inner)), torch.slice(y, 1, inner, torch.mul(inner, 2)))
      y = (self).linear_down(y, matrices[torch.add(m, 3)], )
      if torch.eq(shape[5], 1):
        y = torch.add(y, weights[torch.add(w, 5)])
      x = torch.add(x, y)
    if torch.eq(outputs.size(0), 0):
      return torch.slice(x, 0, 0, 0)
    x = torch.rms_norm(torch.index_select(x, 0, outputs), [x.size(1)], weights[1], epsilon)
    return torch.to((self).linear(x, matrices[torch.mul(layers, 4)], ), 6)
