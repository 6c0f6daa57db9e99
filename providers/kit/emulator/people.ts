import type { Random } from './random.ts';

const GIVEN = [
  'Ada',
  'Aisha',
  'Alma',
  'Amara',
  'Ana',
  'Anders',
  'Anika',
  'Aurora',
  'Beatriz',
  'Bruno',
  'Caio',
  'Camila',
  'Carlos',
  'Chidi',
  'Clara',
  'Dalia',
  'Daniel',
  'Davi',
  'Diego',
  'Eduardo',
  'Elif',
  'Elena',
  'Emeka',
  'Emma',
  'Enzo',
  'Fatima',
  'Felipe',
  'Fernanda',
  'Francisca',
  'Gabriel',
  'Gustavo',
  'Hana',
  'Helena',
  'Hugo',
  'Ines',
  'Ingrid',
  'Isabela',
  'Ivan',
  'Jamal',
  'João',
  'Jonas',
  'Juliana',
  'Kaito',
  'Karim',
  'Lara',
  'Leila',
  'Leo',
  'Liam',
  'Lívia',
  'Lucas',
  'Luísa',
  'Mai',
  'Marcos',
  'Maria',
  'Mariana',
  'Mateo',
  'Maya',
  'Mei',
  'Miguel',
  'Mila',
  'Nadia',
  'Nina',
  'Noah',
  'Nora',
  'Olga',
  'Omar',
  'Otávio',
  'Paula',
  'Pedro',
  'Priya',
  'Rafael',
  'Ravi',
  'Renata',
  'Rosa',
  'Samir',
  'Sara',
  'Sofia',
  'Tariq',
  'Thiago',
  'Tomas',
  'Valentina',
  'Vera',
  'Vitor',
  'Wanjiru',
  'Yara',
  'Yuki',
  'Zoe',
] as const;

const FAMILY = [
  'Abara',
  'Aguiar',
  'Almeida',
  'Andersson',
  'Araújo',
  'Azevedo',
  'Barros',
  'Becker',
  'Bianchi',
  'Borges',
  'Brandt',
  'Campos',
  'Cardoso',
  'Castro',
  'Chen',
  'Costa',
  'Cunha',
  'Diallo',
  'Dias',
  'Duarte',
  'Eriksen',
  'Farah',
  'Ferreira',
  'Fischer',
  'Freitas',
  'Garcia',
  'Gomes',
  'Haddad',
  'Hansen',
  'Ito',
  'Jensen',
  'Kaya',
  'Keller',
  'Kim',
  'Kowalski',
  'Lima',
  'Lindqvist',
  'Lopes',
  'Macedo',
  'Martins',
  'Melo',
  'Mendes',
  'Moreau',
  'Moreira',
  'Mutua',
  'Nakamura',
  'Navarro',
  'Nguyen',
  'Nogueira',
  'Novak',
  'Okafor',
  'Oliveira',
  'Pacheco',
  'Patel',
  'Pereira',
  'Petrov',
  'Pinto',
  'Ramos',
  'Rao',
  'Ribeiro',
  'Rocha',
  'Romano',
  'Rossi',
  'Sato',
  'Schmidt',
  'Silva',
  'Singh',
  'Soares',
  'Sousa',
  'Tanaka',
  'Teixeira',
  'Torres',
  'Vargas',
  'Vieira',
  'Weber',
  'Yilmaz',
  'Zhang',
] as const;

const FIRST = [
  'Alder',
  'Amber',
  'Basalt',
  'Birch',
  'Blue Heron',
  'Bright',
  'Canopy',
  'Cedar',
  'Cobalt',
  'Copper',
  'Coral',
  'Delta',
  'Ember',
  'Fern',
  'Flint',
  'Garnet',
  'Granite',
  'Harbor',
  'Hazel',
  'Indigo',
  'Ivory',
  'Juniper',
  'Kestrel',
  'Lantern',
  'Larch',
  'Linden',
  'Maple',
  'Meridian',
  'Mosaic',
  'North Star',
  'Oak',
  'Onyx',
  'Orchard',
  'Osprey',
  'Pine',
  'Quartz',
  'River',
  'Rowan',
  'Saffron',
  'Sage',
  'Sequoia',
  'Silver',
  'Slate',
  'Spruce',
  'Summit',
  'Tidal',
  'Umber',
  'Willow',
] as const;

const TRADE = [
  ['Logistics', 'TRANSPORTATION_TRUCKING_RAILROAD'],
  ['Foods', 'FOOD_PRODUCTION'],
  ['Dental', 'HEALTH_WELLNESS_AND_FITNESS'],
  ['Studio', 'DESIGN'],
  ['Robotics', 'INDUSTRIAL_AUTOMATION'],
  ['Energy', 'RENEWABLES_ENVIRONMENT'],
  ['Analytics', 'INFORMATION_TECHNOLOGY_AND_SERVICES'],
  ['Furniture', 'FURNITURE'],
  ['Legal', 'LEGAL_SERVICES'],
  ['Education', 'EDUCATION_MANAGEMENT'],
  ['Textiles', 'TEXTILES'],
  ['Capital', 'FINANCIAL_SERVICES'],
  ['Outdoors', 'SPORTING_GOODS'],
  ['Software', 'COMPUTER_SOFTWARE'],
  ['Farms', 'FARMING'],
  ['Media', 'ONLINE_MEDIA'],
] as const;

const TITLES = [
  'Head of Operations',
  'Account Manager',
  'Procurement Lead',
  'Software Engineer',
  'Founder',
  'Marketing Analyst',
  'Office Manager',
  'Finance Director',
  'Customer Success Lead',
  'Product Manager',
  'Sales Representative',
  'Data Engineer',
  'HR Partner',
  'Logistics Planner',
  'Designer',
  'Controller',
] as const;

const CITIES = [
  ['São Paulo', 'Brazil'],
  ['Recife', 'Brazil'],
  ['Curitiba', 'Brazil'],
  ['Lisbon', 'Portugal'],
  ['Porto', 'Portugal'],
  ['Berlin', 'Germany'],
  ['Hamburg', 'Germany'],
  ['Oslo', 'Norway'],
  ['Malmö', 'Sweden'],
  ['Nairobi', 'Kenya'],
  ['Lagos', 'Nigeria'],
  ['Osaka', 'Japan'],
  ['Bengaluru', 'India'],
  ['Toronto', 'Canada'],
  ['Bogotá', 'Colombia'],
  ['Valencia', 'Spain'],
  ['Lyon', 'France'],
  ['Izmir', 'Türkiye'],
] as const;

const STAGES = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
] as const;

/** A text for addresses: lower case ASCII letters and digits, words joined by `joint`. */
export function slug(text: string, joint = '-'): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ı', 'i').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, joint).replace(/^\W+|\W+$/g, '');
}

export interface Company {
  name: string;
  domain: string;
  industry: string;
  city: string;
  country: string;
  employees: number;
  phone: string;
}

/** An invented company. `.example` (RFC 2606): no mail or request can ever reach a real one. */
export function company(random: Random, index: number): Company {
  const [trade, industry] = random.pick(TRADE);
  const first = FIRST[index % FIRST.length] ?? FIRST[0];
  const name = index < FIRST.length ? `${first} ${trade}` : `${first} & ${random.pick(FAMILY)} ${trade}`;
  const [city, country] = random.pick(CITIES);
  const employees = random.int(3, 900);
  return {
    name,
    domain: `${slug(name)}-${index}.example`,
    industry,
    city,
    country,
    employees,
    phone: phone(random),
  };
}

export interface Person {
  given: string;
  family: string;
  email: string;
  phone: string;
  title: string;
  stage: string;
}

/** An invented person at a domain. The index makes the address unique. */
export function person(random: Random, index: number, domain: string): Person {
  const [given, family] = [random.pick(GIVEN), random.pick(FAMILY)];
  const email = `${slug(given, '.')}.${slug(family, '.')}.${index}@${domain}`;
  return {
    given,
    family,
    email,
    phone: phone(random),
    title: random.pick(TITLES),
    stage: random.pick(STAGES),
  };
}

function phone(random: Random): string {
  // 555-01xx is kept free for fiction.
  return `+1 ${random.int(201, 989)} 555 01${String(random.int(0, 99)).padStart(2, '0')}`;
}
