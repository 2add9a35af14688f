/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/hash.h"

#include "model/table.h"

/* ---- texts: SipHash-2-4 ---- */

static uint64_t rotate(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_rounds(uint64_t v[4], int n)
{
	while (n--) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static uint64_t read_le(const char *at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++)
		value |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return value;
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_rounds(v, 2);
	v[0] ^= word;
}

uint64_t hash_text(mr_str text)
{
	static const char key[] = "0123456789123456";
	uint64_t k0 = read_le(key, 8), k1 = read_le(key + 8, 8);
	uint64_t v[4] = {k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
			 k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573)};
	size_t whole = text.len / 8 * 8;

	for (size_t i = 0; i < whole; i += 8)
		sip_word(v, read_le(text.ptr + i, 8));
	sip_word(v, (uint64_t)text.len << 56 | (text.len > whole ? read_le(text.ptr + whole, text.len - whole) : 0));
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- numbers ---- */

static uint64_t mix(uint64_t bits)
{
	bits ^= bits >> 30;
	bits *= UINT64_C(0xbf58476d1ce4e5b9);
	bits ^= bits >> 27;
	bits *= UINT64_C(0x94d049bb133111eb);
	return bits ^ bits >> 31;
}

/* How wide a number's cell is; 0 for what is not a plain number. */
static size_t width_of(const char *format)
{
	if (strncmp(format, "ts", 2) == 0)
		return 8;
	if (!format[0] || format[1])
		return 0;
	return strchr("cC", format[0]) ? 1 : strchr("sSe", format[0]) ? 2 : strchr("iIf", format[0]) ? 4 :
	       strchr("lLg", format[0]) ? 8 : 0;
}

static bool has_nulls(const struct ArrowArray *column)
{
	return column->null_count != 0 && column->n_buffers > 0 && column->buffers[0];
}

/* One pattern of bits for 0 and -0, and one for all NaN. */
static uint64_t canonical_float(uint64_t bits, size_t width)
{
	static const uint64_t infinities[] = {[2] = 0x7c00, [4] = 0x7f800000, [8] = UINT64_C(0x7ff0000000000000)};
	static const uint64_t nans[] = {[2] = 0x7e00, [4] = 0x7fc00000, [8] = UINT64_C(0x7ff8000000000000)};
	uint64_t sign = UINT64_C(1) << (8 * width - 1);

	if ((bits & ~sign) > infinities[width])
		return nans[width];
	return bits == sign ? 0 : bits;
}

/* The bits of a cell, widened with zeros: pandas views an array of any width as unsigned. */
static void hash_cells(const char *cells, size_t width, bool floating, size_t n, uint64_t *out)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t bits = read_le(cells + i * width, width);

		out[i] = mix(floating ? canonical_float(bits, width) : bits);
	}
}

/* Where cells are empty pandas has doubles and NaN, or texts and NaN. */
static mr_code hash_doubles(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column, size_t first,
			    size_t n, mr_arena *arena, uint64_t *out, mr_error *err)
{
	bool boolean = strcmp(schema->children[column]->format, "b") == 0;
	double *values;
	mr_code code = mr_table_doubles(schema, table, column, arena, &values, err);

	for (size_t i = 0; code == MR_OK && i < n; i++) {
		uint64_t bits;

		memcpy(&bits, &values[first + i], 8);
		out[i] = boolean ? mix(values[first + i] != 0) : mix(canonical_float(bits, 8));
	}
	return code;
}

static mr_code hash_texts(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column, size_t first,
			  size_t n, mr_arena *arena, uint64_t *out, mr_error *err)
{
	mr_str *texts;
	mr_code code = mr_table_texts(schema, table, column, arena, &texts, err);

	for (size_t i = 0; code == MR_OK && i < n; i++)
		out[i] = texts[first + i].ptr ? mix(hash_text(texts[first + i])) : UINT64_MAX;
	return code;
}

mr_code hash_column(const struct ArrowSchema *schema, const struct ArrowArray *table, size_t column, size_t first, size_t n,
		    mr_arena *arena, uint64_t *out, mr_error *err)
{
	const struct ArrowArray *array = table->children[column];
	const char *format = schema->children[column]->format;
	size_t width = width_of(format);

	if (schema->children[column]->dictionary || strcmp(format, "u") == 0 || strcmp(format, "U") == 0 ||
	    (format[0] == 'b' && has_nulls(array)))
		return hash_texts(schema, table, column, first, n, arena, out, err);
	if (format[0] == 'b' || (width && has_nulls(array) && format[0] != 't'))
		return hash_doubles(schema, table, column, first, n, arena, out, err);
	if (!width)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "pandas' hash of Arrow's type '%s' is not known", format);
	if (n)
		hash_cells((const char *)array->buffers[1] + width * ((size_t)(table->offset + array->offset) + first), width,
			   strchr("efg", format[0]) != NULL, n, out);
	return MR_OK;
}

/* ---- rows ---- */

/* As the hash of a tuple of so many parts. */
struct tuple {
	uint64_t multiplier;
	size_t left;
};

static void combine(struct tuple *tuple, uint64_t *out, const uint64_t *part, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (out[i] ^ part[i]) * tuple->multiplier;
	tuple->multiplier += 82520 + 2 * tuple->left--;
}

mr_code hash_rows(const struct ArrowSchema *schema, const struct ArrowArray *table, const size_t *columns,
		  size_t columns_n, size_t first, size_t n, mr_arena *arena, uint64_t *out, mr_error *err)
{
	uint64_t *part = mr_arena_alloc(arena, (n + 1) * sizeof *part);
	struct tuple tuple = {1000003, columns_n + 1};
	mr_code code = MR_OK;

	if (!part)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < n; i++)
		out[i] = 0x345678;
	for (size_t c = 0; c < columns_n && code == MR_OK; c++) {
		code = hash_column(schema, table, columns[c], first, n, arena, part, err);
		if (code == MR_OK)
			combine(&tuple, out, part, n);
	}
	for (size_t i = 0; i < n; i++)
		part[i] = mix(first + i);
	combine(&tuple, out, part, n);
	for (size_t i = 0; i < n; i++)
		out[i] += 97531;
	return code;
}
