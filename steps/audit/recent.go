package audit

// recent remembers the latest entries of a map, at least as many as it was made for.
type recent[K comparable, V any] struct {
	limit    int
	now, old map[K]V
}

func newRecent[K comparable, V any](limit int) *recent[K, V] {
	return &recent[K, V]{limit: limit, now: map[K]V{}}
}

func (r *recent[K, V]) get(key K) (V, bool) {
	if v, is := r.now[key]; is {
		return v, true
	}
	v, is := r.old[key]
	return v, is
}

func (r *recent[K, V]) set(key K, v V) {
	if len(r.now) >= r.limit {
		r.now, r.old = map[K]V{}, r.now
	}
	r.now[key] = v
}
