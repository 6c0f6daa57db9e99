import { expect, test } from 'vitest';
import { httpResponse } from './http-response.ts';
import { cursor, nextLink, offset, pageNumber } from './pagination.ts';

const of = (body: unknown) => httpResponse(200, {}, JSON.stringify(body));

test('a cursor in the body leads on, and its absence ends', () => {
  const read = cursor('paging.next.after');
  expect(read(of({ results: [1], total: 9, paging: { next: { after: '5' } } }))).toEqual({
    records: [1],
    next: '5',
    total: 9,
  });
  expect(read(of({ results: [1] }))).toEqual({ records: [1] });
  expect(cursor('data.cursor', 'data.videos')(of({ data: { videos: [1], cursor: 17 } }))).toEqual({
    records: [1],
    next: '17',
  });
});

test('offsets: told, or counted until a page is short', () => {
  expect(offset({ records: 'result', next: 'next', pageSize: 50 })(of({ result: [1], next: 50 }))).toEqual({
    records: [1],
    next: '50',
  });
  const counted = offset({ records: 'items', offset: 'skip', pageSize: 2 });
  expect(counted(of({ items: [1, 2], skip: 4 })).next).toBe('6');
  expect(counted(of({ items: [1], skip: 6 })).next).toBeUndefined();
});

test('page numbers: by page count, or until a page is short', () => {
  const counted = pageNumber({ records: 'r', page: 'page', pages: 'pages', pageSize: 2 });
  expect(counted(of({ r: [1], page: 1, pages: 2 })).next).toBe('2');
  expect(counted(of({ r: [1], page: 2, pages: 2 })).next).toBeUndefined();
  const short = pageNumber({ records: 'r', page: 'page', pageSize: 2 });
  expect(short(of({ r: [1, 2], page: 3 })).next).toBe('4');
  expect(short(of({ r: [1], page: 3 })).next).toBeUndefined();
});

test('a next link gives its query alone: it cannot lead to another host or path', () => {
  const read = nextLink('next', 'results');
  expect(read(of({ count: 3, next: 'https://evil.example/steal?page=2&x=1', results: [] }))).toEqual({
    records: [],
    next: 'page=2&x=1',
    total: 3,
  });
  expect(read(of({ next: '/docs/?page=3', results: [] })).next).toBe('page=3');
  expect(read(of({ next: null, results: [] })).next).toBeUndefined();
});

test('an answer without its list is an error, never an empty page', () => {
  expect(() => cursor('next')(of({ error: 'x' }))).toThrow(SyntaxError);
  expect(() => nextLink('next', 'results')(of({ results: null }))).toThrow(SyntaxError);
});
