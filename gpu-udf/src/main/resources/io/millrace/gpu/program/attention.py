# Attention over the paged KV pool; part of every program that has layers. The arguments are those of the decoder's step.
  # The rows of a layer's keys, seen as [blocks * kv heads * block, head], that belong to pool slots: [slots * kv heads].
  def kv_rows(self: __torch__.CLASS, slots: Tensor, kv_heads: int, block: int) -> Tensor:
    pool_block = torch.floor_divide(slots, block)
    offset = torch.sub(slots, torch.mul(pool_block, block))
    kv_head = torch.arange(kv_heads, dtype=4, layout=None, device=ops.prim.device(slots), pin_memory=None)
    rows = torch.add(torch.unsqueeze(torch.mul(pool_block, kv_heads), 1), kv_head)
    return torch.reshape(torch.add(torch.mul(rows, block), torch.unsqueeze(offset, 1)), [-1])
  # Additive mask of one group, float32 [sequences, 1, grouped heads * queries, context].
  def mask(self: __torch__.CLASS, positions: Tensor, context: int, grouped: int, window: int) -> Tensor:
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
  # The same for a group with trees: positions [sequences, queries], bases [sequences], trees [sequences, queries, width]. The
  # queries are the rows of their trees, or the last ones of a tree whose other rows were computed before; such a tree is taken
  # to be less deep than a window is wide.
  def tree_mask(self: __torch__.CLASS, positions: Tensor, bases: Tensor, trees: Tensor, context: int, grouped: int, window: int) -> Tensor:
    sequences = positions.size(0)
    queries = positions.size(1)
    root = torch.view(bases, [sequences, 1, 1])
    query = torch.unsqueeze(positions, 2)
    key = torch.arange(context, dtype=4, layout=None, device=ops.prim.device(positions), pin_memory=None)
    hidden = torch.expand(torch.ge(key, root), [sequences, queries, context])
    tree = trees
    width = trees.size(2)
    if torch.gt(window, 0):
      hidden = torch.logical_or(hidden, torch.le(key, query - window))
      if torch.eq(width, queries):
        far = torch.le(torch.unsqueeze(positions, 1), query - window)
        tree = torch.add(tree, torch.mul(torch.to(far, 6), -1.0e30))
    mask = torch.mul(torch.to(hidden, 6), -1.0e30)
    column = torch.arange(width, dtype=4, layout=None, device=ops.prim.device(positions), pin_memory=None)
    columns = torch.expand(torch.add(root, column), [sequences, queries, width])
    mask = torch.scatter(mask, 2, columns, tree)
    mask = torch.expand(torch.view(mask, [sequences, 1, 1, queries, context]), [sequences, 1, grouped, queries, context])
    return torch.reshape(mask, [sequences, 1, torch.mul(grouped, queries), context])
  # Few queries per sequence (decoding, verifying): a batched product per block, read in the pool's own layout. On a CPU
  # 2-4 x faster than the fused kernel, which works through one sequence and head at a time.
  def attend_blocks(self: __torch__.CLASS, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, owners: Tensor, blocks: int, scale: float) -> Tensor:
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
  # Whether a group is one sequence with few queries, which attend_one serves.
  def is_one(self: __torch__.CLASS, table: Tensor, queries: int) -> bool:
    return torch.eq(table.size(0), 1) and torch.le(queries, 16)
  # The same with the fewest operations, whose number is what one sequence's step costs. q [queries, heads, head], float32
  # mask [1, 1, grouped heads * queries, context]; blocks as pool_blocks gives them. Float32 [queries, heads * head].
  def attend_one(self: __torch__.CLASS, q: Tensor, keys: Tensor, values: Tensor, mask: Tensor, blocks: Tensor, scale: float) -> Tensor:
    queries = q.size(0)
    kv_heads = keys.size(1)
    head = keys.size(3)
    row = torch.mul(keys.size(2), head)
    q = torch.permute(torch.view(torch.to(q, 6), [queries, kv_heads, -1, head]), [1, 2, 0, 3])
    q = torch.reshape(q, [kv_heads, -1, head])
    k = torch.to(torch.index_select(torch.view(keys, [-1, row]), 0, blocks), 6)
    v = torch.to(torch.index_select(torch.view(values, [-1, row]), 0, blocks), 6)
    scores = torch.baddbmm(mask[0], q, torch.transpose(torch.view(k, [kv_heads, -1, head]), 1, 2), beta=1, alpha=scale)
    a = torch.bmm(torch.softmax(scores, -1, None), torch.view(v, [kv_heads, -1, head]))
    a = torch.permute(torch.view(a, [kv_heads, -1, queries, head]), [2, 0, 1, 3])
    return torch.reshape(a, [queries, -1])
  # Many queries per sequence (prefill): the fused kernel over keys brought into sequence order.
  def attend_sequence(self: __torch__.CLASS, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, blocks: int) -> Tensor:
    sequences = q.size(0)
    kv_heads = q.size(1)
    head = q.size(3)
    block = k.size(2)
    context = torch.mul(blocks, block)
    k = torch.reshape(torch.transpose(torch.view(k, [sequences, blocks, kv_heads, block, head]), 1, 2), [sequences, kv_heads, context, head])
    v = torch.reshape(torch.transpose(torch.view(v, [sequences, blocks, kv_heads, block, head]), 1, 2), [sequences, kv_heads, context, head])
    return torch.scaled_dot_product_attention(q, k, v, torch.to(mask, q.dtype), 0., False, scale=None, enable_gqa=False)
  # The pool blocks of each group as one list: [groups] of [sequences * blocks]. For attend_one the rows of [blocks * kv heads,
  # block * head] instead, one key head after the other.
  def pool_blocks(self: __torch__.CLASS, tables: List[Tensor], queries: List[int], kv_heads: int) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    for j in range(len(tables)):
      rows = tables[j]
      if (self).is_one(tables[j], queries[j], ):
        kv_head = torch.arange(kv_heads, dtype=4, layout=None, device=ops.prim.device(tables[j]), pin_memory=None)
        rows = torch.add(torch.mul(rows, kv_heads), torch.unsqueeze(kv_head, 1))
      _0 = torch.append(result, torch.reshape(rows, [-1]))
    return result
  # The sequence that each of those blocks belongs to.
  def owners(self: __torch__.CLASS, tables: List[Tensor]) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    for j in range(len(tables)):
      sequences = tables[j].size(0)
      owner = torch.unsqueeze(torch.arange(sequences, dtype=4, layout=None, device=ops.prim.device(tables[j]), pin_memory=None), 1)
      _0 = torch.append(result, torch.reshape(torch.expand(owner, [sequences, tables[j].size(1)]), [-1]))
    return result
  # The additive mask of every group.
  def masks(self: __torch__.CLASS, positions: Tensor, queries: List[int], sizes: List[int], tables: List[Tensor], gathers: List[Tensor], bases: List[Tensor], trees: List[Tensor], block: int, grouped: int, window: int) -> List[Tensor]:
    result = annotate(List[Tensor], [])
    start = 0
    for j in range(len(queries)):
      sequences = tables[j].size(0)
      context = torch.mul(tables[j].size(1), block)
      end = torch.add(start, sizes[j])
      if torch.gt(gathers[j].size(0), 0):
        group = torch.view(torch.index_select(positions, 0, gathers[j]), [sequences, queries[j]])
        mask = (self).tree_mask(group, bases[j], trees[j], context, grouped, window, )
      else:
        group = torch.view(torch.slice(positions, 0, start, end), [sequences, queries[j]])
        mask = (self).mask(group, context, grouped, window, )
      _0 = torch.append(result, mask)
      start = end
    return result
  # Cosines, then sines of some positions as rotate takes them, of tables [positions, head / 2].
  def turns(self: __torch__.CLASS, cosines: Tensor, sines: Tensor, positions: Tensor) -> Tuple[Tensor, Tensor]:
    c = torch.unsqueeze(torch.index_select(cosines, 0, positions), 1)
    s = torch.unsqueeze(torch.index_select(sines, 0, positions), 1)
    return (torch.cat([c, c], 2), torch.cat([torch.neg(s), s], 2))
  # Rotary embedding of heads [rows, heads, head], halves split; cosines and sines [rows, 1, head], those of the first half
  # negative.
  def rotate(self: __torch__.CLASS, x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    swapped = torch.roll(x, [torch.floordiv(x.size(2), 2)], [2])
    return torch.addcmul(torch.mul(x, cosines), swapped, sines, value=1)
  # Writes keys and values [rows, kv heads, head] of any type into a layer's pool.
  def store(self: __torch__.CLASS, k: Tensor, v: Tensor, kv_rows: Tensor, keys: Tensor, values: Tensor) -> int:
    head = k.size(2)
    _0 = torch.index_copy_(torch.view(keys, [-1, head]), 0, kv_rows, torch.reshape(torch.to(k, keys.dtype), [-1, head]))
    _1 = torch.index_copy_(torch.view(values, [-1, head]), 0, kv_rows, torch.reshape(torch.to(v, keys.dtype), [-1, head]))
    return 0
  # Float32 [rows, heads * head] of queries [rows, heads, head] of any type over a layer's pool.
  def attend(self: __torch__.CLASS, q: Tensor, queries: List[int], sizes: List[int], tables: List[Tensor], gathers: List[Tensor], kept: List[Tensor], masks: List[Tensor], pool_blocks: List[Tensor], owners: List[Tensor], keys: Tensor, values: Tensor) -> Tensor:
    heads = q.size(1)
    head = q.size(2)
    kv_heads = keys.size(1)
    grouped = torch.floordiv(heads, kv_heads)
    scale = torch.div(1., torch.sqrt(head))
    attended = annotate(List[Tensor], [])
    start = 0
    for j in range(len(queries)):
      t = queries[j]
      sequences = tables[j].size(0)
      blocks = tables[j].size(1)
      end = torch.add(start, sizes[j])
      if torch.gt(gathers[j].size(0), 0):
        rows = torch.index_select(q, 0, gathers[j])
      else:
        rows = torch.slice(q, 0, start, end)
      start = end
      if (self).is_one(tables[j], t, ):
        a = (self).attend_one(rows, keys, values, masks[j], pool_blocks[j], scale, )
      else:
        rows = torch.permute(torch.view(torch.to(rows, keys.dtype), [sequences, t, kv_heads, grouped, head]), [0, 2, 3, 1, 4])
        rows = torch.reshape(rows, [sequences, kv_heads, torch.mul(grouped, t), head])
        k = torch.index_select(keys, 0, pool_blocks[j])
        v = torch.index_select(values, 0, pool_blocks[j])
        if torch.le(t, 16):
          a = (self).attend_blocks(rows, k, v, masks[j], owners[j], blocks, scale, )
        else:
          a = torch.to((self).attend_sequence(rows, k, v, masks[j], blocks, ), 6)
        a = torch.permute(torch.view(a, [sequences, kv_heads, grouped, t, head]), [0, 3, 1, 2, 4])
        a = torch.reshape(a, [torch.mul(sequences, t), torch.mul(heads, head)])
      if torch.gt(gathers[j].size(0), 0):
        a = torch.index_select(a, 0, kept[j])
      _0 = torch.append(attended, a)
    if torch.eq(len(attended), 1):
      return attended[0]
    return torch.cat(attended, 0)
